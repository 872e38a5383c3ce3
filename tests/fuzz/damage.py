"""Damaged files: whole ones, changed by a generator of random numbers with a seed."""

import struct
from collections.abc import Callable

import numpy as np

__all__ = ["damaged"]

# What counts, sizes and places in headers become.
_EXTREMES = (0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**24, 2**31 - 1, 2**31, 2**32 - 1)


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """``content`` after one to three accidents."""
    for _ in range(int(rng.integers(1, 4))):
        content = _ACCIDENTS[int(rng.integers(len(_ACCIDENTS)))](content, rng)
    return content


def _place(content: bytes, rng: np.random.Generator) -> int:
    """Half of the time near an end, where headers and directories are."""
    length = max(1, len(content))
    kind = int(rng.integers(4))
    if kind == 0:
        return int(rng.integers(min(length, 96)))
    if kind == 1:
        return length - 1 - int(rng.integers(min(length, 256)))
    return int(rng.integers(length))


def _flip_bits(content: bytes, rng: np.random.Generator) -> bytes:
    out = bytearray(content)
    for _ in range(int(rng.integers(1, 9))):
        if out:
            out[_place(content, rng)] ^= 1 << int(rng.integers(8))
    return bytes(out)


def _cut_off(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: _place(content, rng)]


def _change_number(content: bytes, rng: np.random.Generator) -> bytes:
    """Another number of 16 or 32 bits in either order of bytes."""
    place, layout = _place(content, rng), ["<H", ">H", "<I", ">I"][int(rng.integers(4))]
    number = struct.pack(layout, _EXTREMES[int(rng.integers(len(_EXTREMES)))] % 256 ** struct.calcsize(layout))
    return content[:place] + number + content[place + len(number) :]


def _overwrite(content: bytes, rng: np.random.Generator) -> bytes:
    place, length = _place(content, rng), int(rng.integers(1, 64))
    filling = (bytes(length), b"\xff" * length, rng.bytes(length))[int(rng.integers(3))]
    return content[:place] + filling + content[place + length :]


def _take_out(content: bytes, rng: np.random.Generator) -> bytes:
    place = _place(content, rng)
    return content[:place] + content[place + int(rng.integers(1, 64)) :]


def _repeat(content: bytes, rng: np.random.Generator) -> bytes:
    place, length = _place(content, rng), int(rng.integers(1, 256))
    return content[: place + length] + content[place:]


_ACCIDENTS: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    _flip_bits, _cut_off, _change_number, _change_number, _overwrite, _take_out, _repeat,
)  # fmt: skip
