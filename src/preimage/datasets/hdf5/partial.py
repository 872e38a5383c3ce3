"""A dataset file in the making: rows written by their places, and how many of them are safe."""

import os
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from preimage._worker import Worker
from preimage.datasets.hdf5.columns import Column
from preimage.errors import ImageFileError

__all__ = ["Partial", "begin_partial", "check_idle", "counts_length", "writing"]


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell of what the system refuses in a message of ours.

    Raises:
        ImageFileError: the disk is full, or something else that a block does with ``path`` fails.
    """
    try:
        yield
    except ImageFileError:
        raise
    except OSError as error:
        raise ImageFileError(
            f"{path} could not be written: {error.strerror or error}; mend that, and repeat the call: it goes on."
        ) from error


def check_idle(path: Path) -> None:
    """Refuse to replace a file that another process is writing.

    Raises:
        ImageFileError: there is such a process.
    """
    if path.exists():
        with path.open("r+b") as file:
            _lock(file, path)


def begin_partial(path: Path, groups: int) -> None:
    """Append to an empty file the counts of safe rows of each group, all zero."""
    with path.open("ab") as file:
        file.write(_packed([0] * groups))


def _safe_counts(path: Path, groups: int) -> list[int]:
    """The counts of rows of each group that are safe, as the end of the file tells; zeros where it is garbled."""
    data = _tail(path, counts_length(groups))
    counts, check = data[:-4], data[-4:]
    is_whole = zlib.crc32(counts) == int.from_bytes(check, "little")
    return list(struct.unpack(f"<{groups}Q", counts)) if is_whole else [0] * groups


class Partial(Worker):
    """Writes rows into a file that :func:`begin_partial` has begun.

    The counts behind the end of the HDF5 file are written after the rows that they count have reached the disk, so they
    hold whenever the process, or the machine, stops.

    Args:
        path: the file.
        groups: the columns of each group, in order.

    Raises:
        ImageFileError: another process is writing the file, or has finished it meanwhile.
    """

    def __init__(self, path: Path, groups: Mapping[str, Sequence[Column]]) -> None:
        self.path = path
        self.groups = groups
        self.file: BinaryIO = path.open("r+b", buffering=0)  # pyright: ignore[reportAttributeAccessIssue]
        _lock(self.file, path)
        self.counts = _safe_counts(path, len(groups))
        self.end = path.stat().st_size - counts_length(len(groups))

    def write(self, place: int, data: memoryview) -> None:
        """Write bytes at a place in the file."""
        with writing(self.path):
            self.file.seek(place)
            while data:
                data = data[self.file.write(data) :]

    def write_row(self, columns: Sequence[tuple[Column, np.ndarray]], index: int) -> None:
        """Write the arrays of one sample into their columns."""
        for column, array in columns:
            self.write(column.place(index), array.reshape(-1).view(np.uint8).data)

    def keep(self, counts: Sequence[int]) -> None:
        """Say that so many rows of each group are written, once they are on the disk."""
        with writing(self.path):
            os.fsync(self.file.fileno())
        self.write(self.end, memoryview(_packed(counts)))
        self.counts = list(counts)

    def close(self) -> None:
        """Close the file as it is; its rows and counts stay for the next run."""
        self.file.close()

    def finish(self, path: Path) -> None:
        """Take the counts off, and give the file its name."""
        with writing(path):
            self.file.truncate(self.end)
            os.fsync(self.file.fileno())
            self.file.close()
            os.replace(self.path, path)


def _lock(file: BinaryIO, path: Path) -> None:
    """Keep other processes off the file until it is closed, or its process ends."""
    if sys.platform == "win32":  # where a file that another process has open is not renamed
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_there = path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except BlockingIOError:
        is_there = False
    if not is_there:
        file.close()
        raise ImageFileError(f"{path} is being written by another process; wait until it has finished.")


def _packed(counts: Sequence[int]) -> bytes:
    data = struct.pack(f"<{len(counts)}Q", *counts)
    return data + struct.pack("<I", zlib.crc32(data))


def counts_length(groups: int) -> int:
    """The number of bytes that the counts take."""
    return 8 * groups + 4


def _tail(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(-length, os.SEEK_END)
        return file.read()
