"""Archives of arrays of NumPy: ``.npz``."""

import zipfile
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import StackFormat
from preimage.files.formats.npy import explained
from preimage.files.stacks.stored import StoredArray, held_array
from preimage.machine.memory import available_bytes, format_bytes

__all__ = ["NPZ", "npz_arrays"]


def npz_arrays(path: Path) -> list[StoredArray]:
    """The arrays of a ``.npz`` file.

    Raises:
        ImageFileError: it is damaged, holds Python objects, or more than fits in memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > available_bytes():
            raise ImageFileError(f"`input` must fit in memory, got {path} of {format_bytes(size)}; take a part of it.")
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except ImageFileError:
        raise
    except Exception as error:  # of ZIP, of its decoders, and of NumPy
        raise explained(path, error) from error
    return [held_array(path, name, array) for name, array in arrays.items() if array.dtype.kind in "fiubc"]


NPZ = array_format("NPZ", (".npz",), lambda head: head.startswith(b"PK\x03\x04"), StackFormat(npz_arrays))
