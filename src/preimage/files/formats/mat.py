"""MATLAB files, read in a process of their own: a damaged one can end the process that reads it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.format import Format, Header, Put, StackFormat
from preimage.files.samples.samples import Samples, split_channels
from preimage.files.stacks.layout import Layout, layout_of
from preimage.files.stacks.stored import StoredArray, held_array, with_axes

__all__ = ["MAT", "mat_arrays", "read_mat", "read_mat_variables"]

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

    The texts ``axes`` and ``unit`` are among them.

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


def mat_arrays(path: Path) -> list[StoredArray]:
    """The variables that hold numbers, read in a process of its own: a damaged file can end the one that reads it.

    Axes are as MATLAB shows them. Those of ``image`` are called as ``axes`` beside it says, as preimage writes it.

    Raises:
        ImageFileError: the file is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    variables = read_mat_variables(path)
    numbers = {name: array for name, array in variables.items() if array.dtype.kind != "U"}
    axes, unit = (str(variables[name].ravel()[0]) if _is_text(variables, name) else "" for name in ("axes", "unit"))
    image, sizes = numbers.get("image"), numbers.get("voxel")
    if image is None or sizes is None or sorted(axes) != sorted(set(axes)) or len(axes) != image.ndim:
        return [held_array(path, name, array) for name, array in numbers.items()]
    spacing = dict(zip("YXZ", sizes.ravel().tolist(), strict=False)) if unit != "pixel" else {}
    layout = layout_of(image.shape, image.dtype, axes, spacing, dict.fromkeys(spacing, unit))
    rest = [held_array(path, name, array) for name, array in numbers.items() if name not in ("image", "voxel")]
    return [with_axes(held_array(path, "image", image, layout), axes), *rest]


def _is_text(variables: Mapping[str, np.ndarray], name: str) -> bool:
    return name in variables and variables[name].dtype.kind == "U" and variables[name].size == 1


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """A file of version 5, which is written whole: ``image``, its planes last, with ``voxel`` and ``unit``."""
    scipy_io = _optional.require("scipy.io", "io", "writing .mat files")
    values = np.zeros(layout.shape, layout.dtype)

    def put(index: tuple[int, ...], plane: np.ndarray) -> None:
        values[index] = plane

    yield put
    is_volume = layout.axes == "ZYX"
    beside = {
        "voxel": np.array([layout.step(letter) or 1.0 for letter in "YXZ"]), "unit": layout.unit("X") or "pixel",
        "axes": "YXZ" if is_volume else layout.axes,
    }  # fmt: skip
    scipy_io.savemat(path, {"image": np.moveaxis(values, 0, -1) if is_volume else values, **beside})
    with path.open("r+b") as file:  # in place of the time of day
        file.write(b"MATLAB 5.0 MAT-file, written by preimage".ljust(116))


def _header(path: Path) -> Header:
    """That of the first array; the arrays are the pictures of the file."""
    arrays = read_mat(path)
    if not arrays:
        raise ImageFileError(f"`input` must hold an array of numbers, got none in {path}; check the file.")
    return Header(arrays[0].shape, arrays[0].dtype, ("row", "column"), pictures=len(arrays))


def _read(path: Path) -> Samples:
    return split_channels("MAT", read_mat(path)[0])


_TYPES = (
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "complex64",
    "complex128",
)  # fmt: skip

MAT = Format(
    "MAT",
    (".mat",),
    lambda head: head.startswith(b"MATLAB"),
    _header,
    _read,
    arrays=read_mat,
    stacks=StackFormat(mat_arrays, _create, _TYPES, axes=(2, 32), usual=("image", "data"), needs="scipy.io"),
)
