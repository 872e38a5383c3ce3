"""MATLAB files, read in a process of their own: a damaged one can end the process that reads it."""

import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.format import Format, Header
from preimage.files.samples.samples import Samples, split_channels

__all__ = ["MAT", "read_mat", "read_mat_variables"]

_READER = (sys.executable, str(Path(__file__).with_name("mat_reader.py")))
_SECONDS = 60.0

VARIABLE = "variable "
"""What stands before the name of a variable in the answer of the reader."""


def read_mat(path: Path, reader: Sequence[str] = _READER, seconds: float = _SECONDS) -> list[np.ndarray]:
    """Every two-dimensional array of numbers in a MATLAB file, those in cell arrays included, in the file's order.

    Args:
        reader: the command that is given ``path`` and answers with the arrays on its standard output, as ``.npz``.
        seconds: it may take.

    Raises:
        ImageFileError: the reader refuses the file, ends by it, or does not come to an end.
        MissingDependency: the ``io`` extra is needed.
    """
    return list(_answer(path, reader, seconds, "kernel").values())


def read_mat_variables(path: Path, seconds: float = 600.0) -> dict[str, np.ndarray]:
    """Every array of numbers in a MATLAB file by its name, of any rank, real or complex; axes as MATLAB shows them.

    Raises:
        ImageFileError: the reader refuses the file, ends by it, or does not come to an end.
        MissingDependency: the ``io`` extra is needed.
    """
    found = _answer(path, _READER, seconds, "input", "variables")
    return {name.removeprefix(VARIABLE): array for name, array in found.items()}


def _answer(path: Path, reader: Sequence[str], seconds: float, what: str, *asked: str) -> dict[str, np.ndarray]:
    """The arrays that the process ``reader`` gives."""
    _optional.require("scipy.io", "io", "reading .mat files")
    _optional.require("h5py", "io", "reading .mat files of version 7.3")
    command = [*reader, str(path.resolve()), *asked]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise _damaged(path, f"its reader took over {seconds:g} s", what) from None
    except OSError as error:
        raise ImageFileError(f"`{what}` could not be read from {path}: {error.strerror or error}.") from error
    if answer.returncode:
        told = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        why = told[-1][:200] if told and answer.returncode == 1 else f"its reader ended with {answer.returncode}"
        raise _damaged(path, why, what)
    try:
        with np.load(BytesIO(answer.stdout), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as error:  # of a reader that ended well and wrote something else
        raise _damaged(path, str(error), what) from error


def _damaged(path: Path, why: str, what: str) -> ImageFileError:
    return ImageFileError(f"`{what}` must be a whole .mat file of numbers, got {path} ({why}).")


def _header(path: Path) -> Header:
    """That of the first array; the arrays are the pictures of the file."""
    arrays = read_mat(path)
    if not arrays:
        raise ImageFileError(f"`input` must hold an array of numbers, got none in {path}; check the file.")
    return Header(arrays[0].shape, arrays[0].dtype, ("row", "column"), pictures=len(arrays))


def _read(path: Path) -> Samples:
    return split_channels("MAT", read_mat(path)[0])


MAT = Format("MAT", (".mat",), lambda head: head.startswith(b"MATLAB"), _header, _read, arrays=read_mat)
