import io
import struct

import numpy as np
from PIL import Image

from preimage.files.containers.riff_chunks import riff_chunks


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def test_chunks_of_odd_length_are_padded() -> None:
    data = riff((b"ABCD", b"12345"), (b"EXIF", b"67"))
    found = [(name, data[place : place + length]) for name, place, length in riff_chunks(data)]
    assert found == [("ABCD", b"12345"), ("EXIF", b"67")]


def test_those_of_a_picture() -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(buffer, "WEBP", lossless=True)
    assert [name for name, *_ in riff_chunks(buffer.getvalue())] == ["VP8L"]


def test_a_chunk_that_is_cut_off_is_told_and_what_is_no_name_ends_it() -> None:
    data = riff((b"ABCD", b"12345678"))
    assert list(riff_chunks(data[:-4])) == [("ABCD", 20, 8)]
    assert list(riff_chunks(riff((b"AB\0D", b"1234")))) == []
