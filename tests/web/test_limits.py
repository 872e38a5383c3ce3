import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from preimage.web.limits import Bounds, Refused, check_bytes, check_upload, in_plain_words


def huge_png(path: Path) -> Path:
    """A small file whose header claims 20,000 x 20,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b""))
    return path


def huge_jpeg(path: Path) -> Path:
    """The same as a JPEG file."""
    Image.new("L", (8, 8)).save(path, "JPEG")
    data = path.read_bytes()
    at = data.index(b"\xff\xc0") + 5
    path.write_bytes(data[:at] + struct.pack(">HH", 20000, 20000) + data[at + 4 :])
    return path


def test_too_many_pixels_are_refused_before_one_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"huge\.png has too many pixels: 20,000 by 20,000, which makes 400 million"):
        check_upload(huge_png(tmp_path / "huge.png"), Bounds())
    with pytest.raises(Refused, match=r"huge\.jpg has too many pixels"):
        check_upload(huge_jpeg(tmp_path / "huge.jpg"), Bounds())
    Image.new("1", (2001, 1000)).save(tmp_path / "a.png")
    check_upload(tmp_path / "a.png", Bounds(megapixels=3))
    with pytest.raises(Refused, match="2,001 by 1,000"):
        check_upload(tmp_path / "a.png", Bounds(megapixels=2))


def test_what_is_no_picture_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(Refused, match=r"^notes\.txt is not a picture\. Drop a PNG, JPEG"):
        check_upload(tmp_path / "notes.txt", Bounds())
    for name, data in (("raw.dng", b"II*\0" + bytes(508)), ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(504))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refused, match=rf"^{re.escape(name)} is not a picture.*in a terminal: preimage restore"):
            check_upload(tmp_path / name, Bounds())
    Image.new("RGB", (30, 30)).save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:60])
    with pytest.raises(Refused, match="truncated or damaged") as caught:
        check_upload(tmp_path / "cut.png", Bounds())
    assert str(tmp_path) not in str(caught.value)
    assert "`" not in str(caught.value)


def test_too_many_bytes_are_refused() -> None:
    check_bytes("a.tif", 150 * 10**6, Bounds())
    with pytest.raises(Refused, match=r"a\.tif is too large: 200 MB, where at most 150 MB are taken here"):
        check_bytes("a.tif", 200 * 10**6, Bounds())


def test_words_of_the_command_line_become_those_of_the_page(tmp_path: Path) -> None:
    told = f"preimage: `--sigma` must be auto, got {tmp_path}/a.png  in `image`; use --sigma or `mask` (--mask)."
    assert in_plain_words(told, tmp_path) == (
        "The noise level must be auto, got a.png in the picture; use noise level or the mask."
    )
    assert in_plain_words("preimage: Nothing fits. Try: preimage restore denoise --help") == "Nothing fits."
