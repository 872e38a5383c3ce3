"""Checks of a file before its samples are decoded, and the errors for what they find."""

import struct
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path

from preimage.errors import ImageFileError
from preimage.machine.memory import available_bytes, format_bytes

__all__ = ["check_size", "check_whole", "damage_error", "first_bytes", "map_bytes"]

# Three channels of float32 and the four pictures of that size which a restoration holds at once.
_BYTES_PER_PIXEL = 3 * 4 * 4
# Three channels of float32, and of bytes.
_BYTES_DECODED = 3 * (4 + 1)


def first_bytes(path: Path) -> bytes:
    """The first 512 bytes of a file.

    Raises:
        ImageFileError: there is no such file, it is no regular one, is empty, or cannot be read.
    """
    try:
        if path.is_dir():
            raise ImageFileError(f"`input` must be a file, got the folder {path}.")
        if path.exists() and not path.is_file():
            raise ImageFileError(f"`input` must be a regular file, got {path}, a pipe or device; copy it to a file.")
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        raise ImageFileError(f"`input` must be a file that exists, got {path}; check the name.") from None
    except ImageFileError:
        raise
    except OSError as error:
        raise ImageFileError(f"`input` must be readable, got {path}: {error.strerror or error}.") from error
    if not head:
        raise ImageFileError(f"`input` must be a whole image, got {path}, which is empty; get the file again.")
    return head


def map_bytes(path: Path) -> mmap:
    """The bytes of a file that is not empty, read as they are needed; to be closed."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def check_whole(path: Path, missing: Callable[[mmap], str]) -> None:
    """Refuse a file that holds less than its header claims, by the marks of its format.

    Decoders would fill in what is missing.

    Args:
        path: the file.
        missing: says in words what of the bytes is missing; empty where nothing is.

    Raises:
        ImageFileError: something is missing.
    """
    with map_bytes(path) as data:
        try:
            found = missing(data)
        except (struct.error, IndexError):
            found = "its header is cut off"
    if found:
        raise damage_error(path, ValueError(found))


def check_size(path: Path, width: int, height: int, budget: int | None = None) -> None:
    """Refuse pictures without pixels, and pictures that memory does not hold, before a pixel is decoded.

    Args:
        path: the file, for the message.
        width, height: the width and height of the picture, in pixels.
        budget: bytes that the process is to take at most.

    Raises:
        ImageFileError: it is one.
    """
    if width < 1 or height < 1:
        raise ImageFileError(f"`input` must have pixels, got {path} of size {width}x{height}.")
    needed, there = width * height * _BYTES_PER_PIXEL, available_bytes()
    if needed > there:
        raise ImageFileError(
            f"`input` must fit in memory, got {path} of size {width}x{height}, which needs about "
            f"{format_bytes(needed)} where {format_bytes(there)} are free; crop or shrink it first."
        )
    decoded = width * height * _BYTES_DECODED
    if budget is not None and decoded > budget:
        raise ImageFileError(
            f"`input` must fit in `memory`, got {path} of size {width}x{height}, which takes about "
            f"{format_bytes(decoded)} as it is read, of {format_bytes(budget)}; give more, or crop or shrink it first."
        )


def damage_error(path: Path, error: Exception) -> ImageFileError:
    """The error for a file that begins like an image but cannot be decoded."""
    reason = " ".join(str(error).split()).rstrip(".")[:120] or type(error).__name__
    return ImageFileError(
        f"`input` must be a whole image, got {path}, which is truncated or damaged ({reason}); get the file again."
    )
