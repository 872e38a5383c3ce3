"""Files of other fields: what their own libraries write is read, and what is written is read by these."""

from pathlib import Path

import imagecodecs
import mrcfile
import numpy as np
import OpenEXR
import pytest
import rawpy
import tifffile

from preimage.errors import ImageFileError
from preimage.files import Region, open_lazily, read, write
from preimage.files.formats.coded import AVIF, JPEG_XL, avif_arrays, jpeg_xl_arrays
from preimage.files.formats.exr import exr_arrays
from preimage.files.formats.fits import fits_arrays
from preimage.files.formats.mrc import mrc_arrays
from preimage.files.formats.raw import raw_arrays
from preimage.files.formats.whole import creating_picture
from preimage.files.stacks.layout import layout_of

COVERS = [
    "preimage.files.formats.coded",
    "preimage.files.formats.exr",
    "preimage.files.formats.fits",
    "preimage.files.formats.mrc",
    "preimage.files.formats.raw",
    "preimage.files.formats.whole",
]

RNG = np.random.default_rng(0)
VOLUME = RNG.integers(0, 999, (3, 4, 5)).astype(np.int16)


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint16", "float16", "float32", "complex64"])
def test_mrc(tmp_path: Path, dtype: str) -> None:
    values = (VOLUME % 100).astype(dtype)
    with mrcfile.new(tmp_path / "a.mrc", values) as file:
        file.voxel_size = (1.5, 2.0, 2.5)
    array = open_lazily(tmp_path / "a.mrc")
    assert (array.axes, array.dtype) == ("ZYX", np.dtype(dtype))
    assert array.layout.spacing == pytest.approx((2.5, 2.0, 1.5))
    assert array.layout.units == ("angstrom",) * 3
    assert np.array_equal(array.read(Region(((1, 3), (2, 4)))), values[1:3, 2:4])
    assert write(tmp_path / "b.mrc", read(tmp_path / "a.mrc")) == []
    with mrcfile.open(tmp_path / "b.mrc") as file:
        assert np.array_equal(file.data, values)
        assert file.voxel_size.tolist() == pytest.approx((1.5, 2.0, 2.5))
        if file.data.dtype.kind != "c":
            assert float(file.header.dmax) == pytest.approx(float(values.max()), rel=1e-3)  # not stale


def test_an_mrc_file_is_told_where_it_cannot_be(tmp_path: Path) -> None:
    (note,) = write(tmp_path / "a.mrc", VOLUME.astype(np.float64))
    assert "MRC holds no float64: values were written as float32" in note
    whole = (tmp_path / "a.mrc").read_bytes()
    (tmp_path / "a.mrc").write_bytes(whole[:-10])
    with pytest.raises(ImageFileError, match="damaged"):
        mrc_arrays(tmp_path / "a.mrc")


@pytest.mark.parametrize(
    "dtype", ["uint8", "int16", "int32", "int64", "float32", "float64", "uint16", "uint32", "uint64"]
)
def test_fits(tmp_path: Path, dtype: str) -> None:
    from astropy.io import fits

    values = VOLUME.astype(dtype)
    if dtype[0] == "u":
        values.flat[0] = np.iinfo(dtype).max
    header = fits.Header()
    header["BUNIT"] = "adu"
    fits.writeto(tmp_path / "a.fits", values, header)
    array = open_lazily(tmp_path / "a.fits")
    assert (array.axes, array.dtype, array.layout.value_unit) == ("ZYX", np.dtype(dtype), "adu")
    assert np.array_equal(array.read(Region(((1, 3),))), values[1:3])
    write(tmp_path / "b.fits", read(tmp_path / "a.fits"))
    with fits.open(tmp_path / "b.fits") as file:
        assert file[0].header["BUNIT"] == "adu"
        assert file[0].data.dtype == np.dtype(dtype).newbyteorder(">") or dtype[0] == "u"
        assert np.array_equal(file[0].data, values)


def test_scales_blanks_and_packed_images_of_fits(tmp_path: Path) -> None:
    from astropy.io import fits

    unit = fits.PrimaryHDU(VOLUME)
    unit.header["BLANK"] = int(VOLUME[0, 0, 0])
    unit.writeto(tmp_path / "a.fits")
    found = read(tmp_path / "a.fits")
    assert found.values.dtype == np.float32
    assert np.array_equal(np.isnan(found.values), VOLUME[0, 0, 0] == VOLUME)
    assert "NaN" in found.layout.notes[0]
    scaled = fits.PrimaryHDU(VOLUME.astype(np.float32) * 0.5 + 3)
    scaled.scale("int16", bscale=0.5, bzero=3)
    scaled.writeto(tmp_path / "b.fits")
    assert np.allclose(read(tmp_path / "b.fits").values, VOLUME * 0.5 + 3)
    fits.CompImageHDU(VOLUME, compression_type="RICE_1", name="SCI").writeto(tmp_path / "c.fits")
    assert np.array_equal(read(tmp_path / "c.fits").values, VOLUME)
    floats = RNG.random((40, 40)).astype(np.float32)
    fits.CompImageHDU(floats, compression_type="GZIP_2").writeto(tmp_path / "d.fits")
    (array,) = fits_arrays(tmp_path / "d.fits")
    assert "quantised" in array.layout.notes[0]
    assert not np.array_equal(array.read(), floats)


def test_open_exr(tmp_path: Path) -> None:
    colour = RNG.random((6, 7, 3)).astype(np.float32)
    with OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION}, {"RGB": colour.copy()}) as file:
        file.write(str(tmp_path / "a.exr"))
    found = read(tmp_path / "a.exr")
    assert found.axes == "YXS"
    assert np.array_equal(found.values, colour)
    write(tmp_path / "b.exr", colour[::-1, ::2], "YXS")  # not contiguous
    with OpenEXR.File(str(tmp_path / "b.exr")) as file:
        assert np.array_equal(file.channels()["RGB"].pixels, colour[::-1, ::2])
    for dtype in ("float16", "float32", "uint32"):
        grey = (colour[..., 0] * 100).astype(dtype)
        assert write(tmp_path / "c.exr", grey, overwrite=True) == []
        assert np.array_equal(exr_arrays(tmp_path / "c.exr")[0].read(), grey)
    layers = {"depth": colour[..., 0].copy(), "normal.x": colour[..., 1].copy()}
    with OpenEXR.File({}, layers) as file:
        file.write(str(tmp_path / "d.exr"))
    found = read(tmp_path / "d.exr")
    assert (found.axes, found.layout.metadata["channels"]) == ("CYX", ["depth", "normal.x"])
    with pytest.raises(ImageFileError, match="one picture"):
        write(tmp_path / "e.exr", VOLUME.astype(np.float32))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16", "float32"])
def test_jpeg_xl_is_without_loss(tmp_path: Path, dtype: str) -> None:
    for shape in ((20, 30), (20, 30, 3)):
        values = (RNG.random(shape) * (1 if dtype[0] == "f" else 250)).astype(dtype)
        assert write(tmp_path / "a.jxl", values, "YXS"[: len(shape)], overwrite=True) == []
        data = (tmp_path / "a.jxl").read_bytes()
        assert JPEG_XL.sniff(data[:512])
        assert np.array_equal(imagecodecs.jpegxl_decode(data), values)
        assert np.array_equal(jpeg_xl_arrays(tmp_path / "a.jxl")[0].read(), values)


def test_avif_is_without_loss_up_to_twelve_bits(tmp_path: Path) -> None:
    for top in (255, 1023, 4095):
        values = RNG.integers(0, top + 1, (20, 30, 3)).astype(np.uint8 if top == 255 else np.uint16)
        values.flat[0] = top
        write(tmp_path / "a.avif", values, "YXS", overwrite=True)
        data = (tmp_path / "a.avif").read_bytes()
        assert AVIF.sniff(data[:512])
        assert np.array_equal(imagecodecs.avif_decode(data), values)
        assert np.array_equal(avif_arrays(tmp_path / "a.avif")[0].read(), values)
    with pytest.raises(ImageFileError, match="12 bits"):
        write(tmp_path / "b.avif", np.full((4, 5), 5000, np.uint16))
    assert not (tmp_path / "b.avif").exists()


def dng(path: Path, mosaic: np.ndarray, area: tuple[int, int, int, int] | None = None) -> Path:
    """A raw picture, as Adobe's specification has it: RGGB, black 64, white 1023, neutral (0.5, 1, 0.8)."""
    tags = [
        (50706, 1, 4, b"\1\4\0\0", True), (50708, 2, 5, "Test", True), (33421, 3, 2, (2, 2), True),
        (33422, 1, 4, b"\0\1\1\2", True), (50714, 4, 1, 64, True), (50717, 4, 1, 1023, True),
        (50721, 10, 9, (1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1), True),
        (50728, 5, 3, (1, 2, 1, 1, 4, 5), True), (271, 2, 5, "Test", True), (272, 2, 5, "Test", True),
    ]  # fmt: skip
    tags += [(50829, 4, 4, area, True)] if area else []
    tifffile.imwrite(path, mosaic, photometric=32803, extratags=tags, metadata=None, rowsperstrip=len(mosaic))
    return path


def test_a_raw_picture_is_the_mosaic_of_the_visible_pixels(tmp_path: Path) -> None:
    mosaic = RNG.integers(64, 1023, (40, 48)).astype(np.uint16)
    (array,) = raw_arrays(dng(tmp_path / "a.dng", mosaic))
    assert np.array_equal(array.read(), mosaic)
    layout = array.layout
    assert layout.limits == (64.0, 1023.0)
    assert layout.metadata["pattern"] == "RGGB"
    assert layout.metadata["black"] == [64.0] * 4
    assert layout.metadata["white_balance"] == pytest.approx([2.0, 1.0, 1.25])


@pytest.mark.parametrize("area", [(2, 2, 38, 46), (3, 2, 39, 46)])
def test_sizes_and_pattern_are_those_of_what_was_decoded(tmp_path: Path, area: tuple[int, int, int, int]) -> None:
    """LibRaw rounds an odd origin; the pattern that is told fits the samples that are given."""
    cells = np.tile(np.array([[100, 200], [300, 400]], np.uint16), (20, 24))  # R, G, G, B
    mosaic = np.roll(cells, area[:2], (0, 1))  # the tag's pattern is that at the origin of the active area
    (array,) = raw_arrays(dng(tmp_path / "a.dng", mosaic, area))
    with rawpy.imread(str(tmp_path / "a.dng")) as raw:
        assert array.shape == raw.raw_image_visible.shape
    cell = array.read()[:2, :2].ravel().tolist()
    assert ["RGGB"[(100, 200, 300, 400).index(value)] for value in cell] == list(array.layout.metadata["pattern"])


def test_one_picture_is_gathered_before_it_is_written(tmp_path: Path) -> None:
    kept: list[np.ndarray] = []
    create = creating_picture("X", lambda path, values, layout: kept.append(values))
    with create(tmp_path / "a", layout_of((2, 3), "u1")) as put:
        put((), np.ones((2, 3), np.uint8))
        assert kept == []
    assert kept[0].sum() == 6
