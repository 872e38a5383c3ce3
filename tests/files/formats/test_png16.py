import zlib
from pathlib import Path

import numpy as np
import pytest

from preimage.files.containers.png_chunks import png_chunks
from preimage.files.formats.png16 import read_png16, write_png16


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_decoder_of_others_gives_back_what_was_written(tmp_path: Path, channels: int) -> None:
    samples = np.random.default_rng(0).integers(0, 65536, (9, 7, channels), np.uint16)
    write_png16(tmp_path / "a.png", samples, [])
    assert np.array_equal(read_png16(tmp_path / "a.png").reshape(samples.shape), samples)


def test_each_row_is_stored_as_its_difference_from_the_row_above(tmp_path: Path) -> None:
    """PNG, section 9.2, filter type 2, over bytes."""
    samples = np.random.default_rng(0).integers(0, 65536, (4, 5, 3), np.uint16)
    write_png16(tmp_path / "a.png", samples, [("gAMA", bytes(4))])
    data = (tmp_path / "a.png").read_bytes()
    chunks = list(png_chunks(data))
    assert list(dict.fromkeys(chunk.name for chunk in chunks)) == ["IHDR", "gAMA", "IDAT", "IEND"]
    stream = b"".join(data[c.start : c.start + c.length] for c in chunks if c.name == "IDAT")
    rows = np.frombuffer(zlib.decompress(stream), np.uint8).reshape(4, 1 + 30)
    assert rows[:, 0].tolist() == [2, 2, 2, 2]
    wanted = samples.astype(">u2").view(np.uint8).reshape(4, 30)
    assert np.array_equal(np.cumsum(rows[:, 1:], 0, dtype=np.uint8), wanted)


def test_a_large_picture_has_several_chunks(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).integers(0, 65536, (1100, 2000, 1), np.uint16)
    write_png16(tmp_path / "a.png", samples, [])
    data = (tmp_path / "a.png").read_bytes()
    assert sum(chunk.name == "IDAT" for chunk in png_chunks(data)) > 1
    assert np.array_equal(read_png16(tmp_path / "a.png"), samples[..., 0])
