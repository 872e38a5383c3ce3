"""Variables of MATLAB files, of version 5 and 7.3."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from preimage.files.formats.mat import read_mat_variables
from preimage.files.stacks.stored import StoredArray

__all__ = ["mat_arrays"]


def mat_arrays(path: Path) -> list[StoredArray]:
    """The variables that hold numbers, read in a process of its own: a damaged file can end the one that reads it.

    Raises:
        ImageFileError: the file is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    variables = read_mat_variables(path)
    return [StoredArray(name, array.shape, array.dtype, _giving(array)) for name, array in variables.items()]


def _giving(array: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: array
