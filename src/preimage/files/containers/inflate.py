"""How much a deflate stream holds (RFC 1950), counted without keeping it."""

import zlib
from collections.abc import Iterable

__all__ = ["DEFLATE", "inflated_size"]

DEFLATE = 1032
"""Bytes that one byte of a stream can stand for."""
_PIECE = 1 << 20


def inflated_size(pieces: Iterable[bytes], most: int) -> int:
    """How many bytes a zlib stream holds, counted up to ``most``; -1 where it is damaged."""
    decoder, count = zlib.decompressobj(), 0
    try:
        for piece in pieces:
            while piece and count < most and not decoder.eof:
                count += len(decoder.decompress(piece, _PIECE))
                piece = decoder.unconsumed_tail
    except zlib.error:
        return -1
    return count
