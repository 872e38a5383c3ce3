import io
import struct
import zlib

import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from PIL import Image, ImageCms, ImageOps

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.files.metadata.carried import Metadata
from preimage.restore import ImageFile

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LOSSLESS = [
    (".png", "1"), (".png", "L"), (".png", "LA"), (".png", "P"), (".png", "RGB"), (".png", "RGBA"), (".png", "I;16"),
    (".tif", "1"), (".tif", "L"), (".tif", "LA"), (".tif", "P"), (".tif", "RGB"), (".tif", "RGBA"), (".tif", "I;16"),
    (".bmp", "1"), (".bmp", "L"), (".bmp", "P"), (".bmp", "RGB"),
]  # fmt: skip
LOSSY = [(".jpg", "L"), (".jpg", "RGB"), (".webp", "RGB"), (".webp", "RGBA")]


def exif():
    block = Image.Exif()
    block[270], block[274] = "a view", 6  # description, orientation
    block.get_ifd(34665)[33434] = 0.01  # exposure time
    return block


def of_mode(mode, picture):
    if mode == "I;16":
        return Image.fromarray(picture[..., 0].astype(np.uint16) * 251 + 7)
    if mode in ("LA", "RGBA"):
        alpha = np.where(np.indices(picture.shape[:2]).sum(0) % 7 > 3, 255, 90).astype(np.uint8)
        colour = picture[..., :1] if mode == "LA" else picture
        return Image.fromarray(np.concatenate([colour, alpha[..., None]], -1))
    image = Image.fromarray(picture)
    return image.quantize(40) if mode == "P" else image.convert(mode)


def saved(path, mode, picture, **options):
    of_mode(mode, picture).save(path, **options)
    return path


def stored(path):
    """Samples and mode as another reader sees them."""
    with Image.open(path) as image:
        return image.mode, np.asarray(image.convert("RGBA") if image.mode == "P" else image)


@pytest.mark.parametrize(("suffix", "mode"), LOSSLESS)
def test_lossless_formats_come_back_as_they_were(tmp_path, picture, suffix, mode):
    source, copy = saved(tmp_path / f"a{suffix}", mode, picture), tmp_path / f"b{suffix}"
    assert ImageFile.read(source).write(copy) == []
    (before, old), (after, new) = stored(source), stored(copy)
    assert before == after
    assert np.array_equal(old, new)


@pytest.mark.parametrize(("suffix", "mode"), LOSSY)
def test_lossy_formats_keep_mode_size_and_nearly_the_pixels(tmp_path, picture, suffix, mode):
    source, copy = saved(tmp_path / f"a{suffix}", mode, picture, quality=95), tmp_path / f"b{suffix}"
    file = ImageFile.read(source)
    file.write(copy)
    (before, old), (after, new) = stored(source), stored(copy)
    assert before == after
    assert old.shape == new.shape
    assert np.abs(old.astype(float) - new).mean() < 3
    assert file.alpha is None or np.array_equal(file.alpha, new[..., -1])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_exif_profile_resolution_and_stored_orientation_are_kept(tmp_path, picture, suffix):
    source = tmp_path / f"a{suffix}"
    file = ImageFile.from_array(picture)
    first = ImageFile(file.pixels, file.dtype, metadata=Metadata(exif().tobytes()[6:], ICC, (300.0, 150.0)))
    first.write(source)
    copy = tmp_path / f"b{suffix}"
    ImageFile.read(source).write(copy)
    for path in (source, copy):
        with Image.open(path) as image:
            tags = image.getexif()
            assert (tags[270], tags[274]) == ("a view", 6)
            assert float(tags.get_ifd(34665)[33434]) == pytest.approx(0.01)
            assert image.info["icc_profile"] == ICC
            if suffix != ".webp":
                assert image.info["dpi"] == pytest.approx((300, 150), abs=0.02)
        assert ImageFile.read(path).pixels.shape == (3, 45, 37)


@pytest.mark.parametrize("compression", [None, "tiff_adobe_deflate"])
def test_a_turned_tiff_is_upright_and_written_as_stored(tmp_path, picture, compression):
    path = saved(tmp_path / "a.tif", "RGB", picture, exif=exif(), compression=compression)
    file = ImageFile.read(path)
    assert np.array_equal(file.to_array(), np.rot90(picture, -1))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float16, np.float32])
def test_deep_tiff_is_read_by_others_as_it_was(tmp_path, channels, dtype):
    top = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1
    samples = (np.random.default_rng(1).random((21, 34, channels)) * top).astype(dtype)
    tifffile.imwrite(
        tmp_path / "a.tif", samples.squeeze(), photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None, extrasamples=["unassalpha"] if channels in (2, 4) else None,
    )  # fmt: skip
    file = ImageFile.read(tmp_path / "a.tif")
    file.write(tmp_path / "b.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "b.tif").reshape(samples.shape), samples)
    assert file.pixels.shape[0] == (3 if channels > 2 else 1)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_16_bit_png_is_read_by_others_as_it_was(tmp_path, channels):
    samples = np.random.default_rng(1).integers(0, 65536, (70, 33, channels), dtype=np.uint16)
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(samples.squeeze()))
    ImageFile.read(tmp_path / "a.png").write(tmp_path / "b.png")
    assert np.array_equal(imagecodecs.png_decode((tmp_path / "b.png").read_bytes()).reshape(samples.shape), samples)


def test_planes_and_white_is_zero_are_understood(tmp_path):
    samples = np.random.default_rng(1).integers(0, 65536, (3, 20, 30), dtype=np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", planarconfig="separate")
    assert np.array_equal(ImageFile.read(tmp_path / "a.tif").to_array(), samples.transpose(1, 2, 0))
    tifffile.imwrite(tmp_path / "b.tif", samples[0], photometric="miniswhite")
    assert np.array_equal(ImageFile.read(tmp_path / "b.tif").to_array()[..., 0], 65535 - samples[0])


def test_a_palette_with_transparency_keeps_both(tmp_path, picture):
    image = Image.fromarray(picture).quantize(30)
    image.save(tmp_path / "a.png", transparency=bytes([0] * 5 + [128] * 5 + [255] * 20))
    file = ImageFile.read(tmp_path / "a.png")
    file.write(tmp_path / "b.png")
    (before, old), (after, new) = stored(tmp_path / "a.png"), stored(tmp_path / "b.png")
    assert before == after == "P"
    assert np.array_equal(old[..., 3], new[..., 3])
    assert np.array_equal(old[old[..., 3] > 0], new[old[..., 3] > 0])


def test_a_colour_key_becomes_transparency(tmp_path, picture):
    Image.fromarray(picture).save(tmp_path / "a.png", transparency=tuple(int(v) for v in picture[3, 4]))
    assert ImageFile.read(tmp_path / "a.png").alpha[3, 4] == 0


def test_floats_beyond_the_unit_range_come_back_in_their_own(tmp_path):
    samples = (np.random.default_rng(1).random((20, 30)) * 4000 - 100).astype(np.float32)
    tifffile.imwrite(tmp_path / "a.tif", samples)
    file = ImageFile.read(tmp_path / "a.tif")
    assert (float(file.pixels.min()), float(file.pixels.max())) == (0, 1)
    file.write(tmp_path / "b.tif")
    assert np.allclose(tifffile.imread(tmp_path / "b.tif"), samples, atol=1e-3)
    assert "float32" in file.write(tmp_path / "b.png")[0]
    assert imagecodecs.png_decode((tmp_path / "b.png").read_bytes()).max() == 65535


def test_what_a_format_cannot_hold_is_told(tmp_path, picture):
    deep = ImageFile.from_array(picture.astype(np.uint16) * 257)
    assert "8 bits" in deep.write(tmp_path / "a.jpg")[0]
    assert np.abs(np.asarray(Image.open(tmp_path / "a.jpg")).astype(int) - picture).mean() < 4
    clear = ImageFile.from_array(np.dstack([picture, picture[..., 0]]))
    with pytest.raises(ImageFileError, match="transparency"):
        clear.write(tmp_path / "b.jpg")
    assert not (tmp_path / "b.jpg").exists()


def test_restored_pixels_are_rounded_and_clipped():
    file = ImageFile.from_array(np.zeros((1, 4), np.uint8))
    values = torch.tensor([[[-0.2, 1.7, 0.5, 100.4 / 255]]])
    assert file.with_pixels(values).to_array()[0, :, 0].tolist() == [0, 255, 128, 100]
    with pytest.raises(ImageFileError, match="NaN"):
        file.with_pixels(values / 0).to_array()


def test_transparency_follows_a_new_size(picture):
    file = ImageFile.from_array(np.dstack([picture, np.full(picture.shape[:2], 77, np.uint8)]))
    enlarged = file.with_pixels(torch.zeros(3, 74, 90))
    assert enlarged.alpha.shape == (74, 90)
    assert (enlarged.alpha == 77).all()


def test_a_grey_profile_does_not_stay_on_a_colour_picture(picture):
    grey = ImageFile.from_array(picture[..., 0])
    file = ImageFile(grey.pixels, grey.dtype, metadata=Metadata(icc=b"grey profile"))
    assert file.with_pixels(torch.zeros(3, 37, 45)).metadata.icc == b""


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


def encoded(picture, kind, **options):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, kind, **options)
    return buffer.getvalue()


def bad_files(picture):
    whole = {kind: encoded(picture, kind) for kind in ("PNG", "JPEG", "TIFF", "WEBP", "BMP")}
    deep = imagecodecs.png_encode(picture.astype(np.uint16) * 200)
    frames = io.BytesIO()
    Image.fromarray(picture).save(frames, "PNG", save_all=True, append_images=[Image.fromarray(255 - picture)])
    pages = io.BytesIO()
    tifffile.imwrite(pages, np.stack([picture, picture]), photometric="rgb")
    yield "empty.png", b"", "empty"
    yield "text.png", b"this is no picture at all", "which is none"
    yield "gif.png", encoded(picture, "GIF"), "which is none"
    yield "huge.png", png(100_000, 100_000), "480.00 GB"
    yield "zero.png", png(0, 7), "must have pixels"
    yield "header.png", png(50, 40)[:20], "truncated or damaged"
    yield "frames.png", frames.getvalue(), "one picture, got 2"
    yield "pages.tif", pages.getvalue(), "one picture, got 2"
    yield "deep.png", deep[: len(deep) // 2], "truncated or damaged"
    for kind, content in whole.items():
        yield f"half.{kind.lower()}", content[: len(content) // 2], "truncated or damaged"


NAMES = [
    "empty.png",
    "text.png",
    "gif.png",
    "huge.png",
    "zero.png",
    "header.png",
    "frames.png",
    "pages.tif",
    "deep.png",
]
NAMES += ["half.png", "half.jpeg", "half.tiff", "half.webp", "half.bmp"]


@pytest.mark.parametrize("name", NAMES)
def test_bad_files_are_refused_in_one_line(tmp_path, picture, name):
    content, message = next((content, message) for n, content, message in bad_files(picture) if n == name)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImageFileError, match=message) as caught:
        ImageFile.read(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_other_colour_models_and_missing_files_are_refused(tmp_path):
    Image.new("CMYK", (9, 9)).save(tmp_path / "cmyk.jpg")
    with pytest.raises(ImageFileError, match="mode CMYK"):
        ImageFile.read(tmp_path / "cmyk.jpg")
    with pytest.raises(ImageFileError, match="must be a file that exists"):
        ImageFile.read(tmp_path / "none.png")
    with pytest.raises(ImageFileError, match="got the folder"):
        ImageFile.read(tmp_path)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(tmp_path, value):
    samples = np.full((9, 9, 3), 0.5, np.float32)
    samples[2, 3, 1] = value
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb")
    with pytest.raises(ImageFileError, match="NaN or infinity"):
        ImageFile.read(tmp_path / "a.tif")


def test_arrays_of_other_shapes_and_types_are_refused():
    for array, error in (
        (np.zeros(5), ShapeError), (np.zeros((4, 4, 5)), ShapeError), (np.zeros((0, 4)), ShapeError),
        (np.zeros((4, 4), np.int64), ArgumentError), (np.full((4, 4), np.nan), ArgumentError),
    ):  # fmt: skip
        with pytest.raises(error):
            ImageFile.from_array(array)


def test_unknown_suffixes_are_refused(tmp_path, picture):
    with pytest.raises(ImageFileError, match="must end like"):
        ImageFile.from_array(picture).write(tmp_path / "a.xyz")


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_pictures_are_as_viewed_and_go_back_as_stored(tmp_path, picture, value, suffix):
    tags = Image.Exif()
    tags[274] = value
    Image.fromarray(picture).save(tmp_path / f"a{suffix}", exif=tags)
    file = ImageFile.read(tmp_path / f"a{suffix}")
    assert np.array_equal(file.as_stored().to_array(), picture)
    file.write(tmp_path / "b.png")
    with Image.open(tmp_path / "b.png") as image:
        assert np.array_equal(np.asarray(image), picture)
        assert np.array_equal(np.asarray(ImageOps.exif_transpose(image)), file.to_array())
    file.write(tmp_path / "b.bmp")
    with Image.open(tmp_path / "b.bmp") as image:
        assert np.array_equal(np.asarray(image), file.to_array())


@pytest.mark.parametrize("value", [2.0, -7.5, 1e300])
def test_a_constant_float_picture_comes_back(tmp_path, value):
    array = np.full((6, 7), value, np.float64)
    tifffile.imwrite(tmp_path / "a.tif", array, metadata=None)
    ImageFile.read(tmp_path / "a.tif").write(tmp_path / "b.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "b.tif"), array)


def test_a_small_range_of_large_floats_is_kept(tmp_path):
    array = 1e6 + np.linspace(0, 1, 4096).reshape(64, 64)
    tifffile.imwrite(tmp_path / "a.tif", array, metadata=None)
    file = ImageFile.read(tmp_path / "a.tif")
    assert len(file.pixels.unique()) == 4096
    assert np.abs(file.to_array()[..., 0] - array).max() < 1e-6
