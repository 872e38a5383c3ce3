"""Files that hold less than they claim, and files that only claim it wrongly."""

import io
import struct
import time
import zlib

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.errors import ImageFileError
from preimage.files.containers.inflate import inflated_size
from preimage.files.containers.png_chunks import SIGNATURE, chunk_bytes
from preimage.files.formats import checks
from preimage.files.source import open_image
from preimage.restore import ImageFile, denoise

COVERS = ["preimage.files.source"]


def saved(picture, kind, **options):
    buffer = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def tiff(picture, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, picture, photometric="rgb" if picture.ndim == 3 else "minisblack", **options)
    return buffer.getvalue()


def files(picture):
    deep = picture.astype(np.uint16) * 200
    yield "PNG", saved(picture, "PNG")
    yield "PNG", saved(picture[..., 0] > 100, "PNG")
    yield "PNG", imagecodecs.png_encode(deep)
    yield "PNG", interlaced(picture)
    yield "JPEG", saved(picture, "JPEG", quality=90)
    yield "JPEG", saved(picture, "JPEG", progressive=True)
    yield "JPEG", saved(picture[..., 0], "JPEG", restart_marker_blocks=3)
    yield "BMP", saved(np.ascontiguousarray(picture[:, :36]), "BMP")  # rows without filling
    yield "BMP", saved(Image.fromarray(np.ascontiguousarray(picture[:, :36])).quantize(16), "BMP")
    yield "WEBP", saved(picture, "WEBP")
    yield "WEBP", saved(picture, "WEBP", lossless=True)
    yield "WEBP", saved(picture, "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", xmp=b"<x/>")
    for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        yield "TIFF", saved(picture, "TIFF", compression=packing)
    for options in (
        {"rowsperstrip": 8}, {"tile": (32, 32)}, {"compression": "zlib", "rowsperstrip": 8}, {"planarconfig": 2},
        {"compression": "lzw", "tile": (16, 16)}, {"bigtiff": True}, {"byteorder": ">"},
    ):  # fmt: skip
        planar = options.get("planarconfig") == 2
        yield "TIFF", tiff(np.moveaxis(deep, 2, 0) if planar else deep, **options)


def interlaced(picture):
    """A PNG of Adam7, which Pillow reads and does not write."""
    height, width = picture.shape[:2]
    rows = b""
    for left, top, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ):  # fmt: skip
        rows += b"".join(b"\0" + row.tobytes() for row in picture[top::down, left::across])
    return png(width, height, zlib.compress(rows), interlace=1)


def png(width, height, pixels, interlace=0):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlace)
    return SIGNATURE + chunk_bytes("IHDR", header) + chunk_bytes("IDAT", pixels) + chunk_bytes("IEND", b"")


def test_whole_files_of_all_kinds_lack_nothing_and_cut_ones_are_refused(tmp_path, picture):
    path = tmp_path / "a"
    for kind, content in files(picture):
        path.write_bytes(content)
        assert open_image(path).format.name == kind
        ImageFile.read(path)
        for length in (len(content) - 1, len(content) - 12, len(content) * 9 // 10, len(content) // 2, 60):
            path.write_bytes(content[:length])
            with pytest.raises(ImageFileError, match="truncated or damaged"):
                ImageFile.read(path)


def test_what_is_missing_is_told(tmp_path, picture):
    whole = {kind: saved(picture, kind) for kind in ("PNG", "JPEG", "WEBP", "BMP")}
    rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in picture[:20]))
    for content, told in (
        (whole["PNG"][:-5], "end mark IEND"), (whole["JPEG"][:-2], "end mark EOI"), (whole["WEBP"][:-9], "VP8 is cut"),
        (whole["BMP"][:-300], "of 37 rows"), (png(45, 37, rows), "2720 of 5032 bytes"),
        (tiff(picture, rowsperstrip=5)[:-5], "beyond its end"),
    ):  # fmt: skip
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(ImageFileError, match=told):
            ImageFile.read(tmp_path / "a")


def with_size(jpeg, width, height):
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", height, width) + jpeg[place + 4 :]


def test_a_photograph_of_few_bytes_that_claims_many_pixels_is_refused_at_once(tmp_path):
    (tmp_path / "a.jpg").write_bytes(with_size(saved(np.zeros((16, 16, 3), np.uint8), "JPEG"), 20000, 20000))
    started = time.process_time()
    with pytest.raises(ImageFileError, match="bytes of pixels cannot be 20000x20000"):
        ImageFile.read(tmp_path / "a.jpg")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("quality", [1, 50])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}, {"subsampling": 0}])
def test_the_emptiest_photograph_has_bits_enough(tmp_path, quality, options):
    for shape in ((400, 300, 3), (401, 7), (8, 1000, 3)):
        (tmp_path / "a.jpg").write_bytes(saved(np.full(shape, 255, np.uint8), "JPEG", quality=quality, **options))
        assert ImageFile.read(tmp_path / "a.jpg").pixels.min() > 0.98


def claiming(content, **numbers):
    """A little-endian TIFF with other numbers in its first directory."""
    codes = {"rows": 257, "rows_per_strip": 278, "count": 279}
    out = bytearray(content)
    place = struct.unpack_from("<I", out, 4)[0]
    for entry in range(place + 2, place + 2 + 12 * struct.unpack_from("<H", out, place)[0], 12):
        for name, value in numbers.items():
            if struct.unpack_from("<H", out, entry)[0] == codes[name]:
                struct.pack_into("<HII", out, entry + 2, 4, 1, value)
    return bytes(out)


@pytest.mark.parametrize("packing", [None, "zlib", "lzw", "packbits"])
@pytest.mark.parametrize("numbers", [{"rows": 10**6}, {"rows": 10**6, "rows_per_strip": 10**6}, {"rows": 2**31}])
def test_a_tiff_that_claims_a_million_rows_is_refused(tmp_path, packing, numbers):
    content = claiming(tiff(np.arange(21 * 8, dtype=np.uint8).reshape(21, 8), compression=packing), **numbers)
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(ImageFileError, match=r"truncated or damaged|fit in memory"):
        ImageFile.read(tmp_path / "a.tif")


def test_a_wrong_length_of_whole_pixels_is_no_damage(tmp_path, picture):
    """Of BMP and WebP in the header, of TIFF in the count of a strip."""
    for kind, place in (("BMP", 2), ("WEBP", 4)):
        content = saved(picture, kind)
        (tmp_path / "a").write_bytes(content)
        expected = ImageFile.read(tmp_path / "a").to_array()
        for length in (5, len(content) - 9, 10**8):
            (tmp_path / "a").write_bytes(content[:place] + struct.pack("<I", length) + content[place + 4 :])
            assert np.array_equal(ImageFile.read(tmp_path / "a").to_array(), expected)
    content = claiming(saved(picture, "TIFF"), count=10**6)
    (tmp_path / "a").write_bytes(content)
    assert np.array_equal(ImageFile.read(tmp_path / "a").to_array(), picture)


def run_length(width, height):
    """A BMP of run-length codes, which Pillow reads and does not write."""
    codes = b"".join(bytes([width, 7]) + b"\0\0" for _ in range(height)) + b"\0\1"
    table = bytes(range(256)) * 4
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(codes), 0, 0, 256, 0)
    offset = 14 + 40 + 1024
    return b"BM" + struct.pack("<IHHI", offset + len(codes), 0, 0, offset) + header + table + codes


def test_run_length_codes_have_an_end(tmp_path):
    content = run_length(9, 12)
    (tmp_path / "a.bmp").write_bytes(content)
    assert ImageFile.read(tmp_path / "a.bmp").pixels.shape[1:] == (12, 9)
    for length in (len(content) - 1, len(content) - 2, len(content) - 20):
        (tmp_path / "a.bmp").write_bytes(content[:length])
        with pytest.raises(ImageFileError, match="end mark is missing"):
            ImageFile.read(tmp_path / "a.bmp")


def test_what_follows_the_end_is_no_damage(tmp_path, picture):
    for kind in ("PNG", "JPEG", "WEBP", "BMP", "TIFF"):
        (tmp_path / "a").write_bytes(saved(picture, kind) + b"\xff\xd8 another thing")
        assert ImageFile.read(tmp_path / "a").pixels.shape == (3, *picture.shape[:2])


def test_pictures_that_memory_does_not_hold_are_refused_before_they_are_decoded(tmp_path, monkeypatch):
    Image.new("L", (3000, 2000)).save(tmp_path / "a.png")
    with pytest.raises(ImageFileError, match=r"fit in `memory`, got .* 90 MB as it is read, of 50 MB"):
        denoise(str(tmp_path / "a.png"), memory="50MB")
    monkeypatch.setattr(checks, "available_bytes", lambda: 10**8)
    with pytest.raises(ImageFileError, match=r"288 MB where 100 MB are free"):
        ImageFile.read(tmp_path / "a.png")


def test_streams_are_counted():
    stream = zlib.compress(bytes(5_000_000))
    assert inflated_size([stream[:100], stream[100:]], 10**9) == 5_000_000
    assert inflated_size([stream], 10**6) >= 10**6
    assert inflated_size([b"no stream"], 10) == -1
