"""What surrounds the pixels: carried as bytes, right for the new size, or named."""

import io
import struct
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image, ImageCms

from preimage.files.containers.png_chunks import chunk_bytes, png_chunks, with_chunks
from preimage.files.containers.tags import Tag, block_of, read_tags
from preimage.files.metadata.carried import Metadata
from preimage.restore import ImageFile

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>what others wrote, \xc3\xa9</rdf:RDF></x:xmpmeta>'
COLOUR = [
    ("gAMA", struct.pack(">I", 100000)),
    ("cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
    ("cICP", bytes([9, 16, 0, 1])),
    ("mDCV", bytes(range(24))),
    ("cLLI", bytes(8)),
]
TEXTS = [
    ("tEXt", b"Author\0J\xf6rg"),
    ("zTXt", b"Comment\0\0" + zlib.compress(b"long " * 50)),
    ("iTXt", "Title\0\0\0de\0Titel\0Größe".encode()),
    ("prVt", b"private, safe to copy"),
]
OF_PIXELS = [("sBIT", bytes([5, 6, 5])), ("bKGD", bytes(6)), ("tIME", struct.pack(">H5B", 2020, 1, 2, 3, 4, 5))]
PACKET = ("iTXt", b"XML:com.adobe.xmp" + bytes(5) + XMP)


def png(picture, added):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return with_chunks(buffer.getvalue(), added)


def chunks_of(path):
    data = path.read_bytes()
    return [(c.name, data[c.start : c.start + c.length]) for c in png_chunks(data)]


@pytest.mark.parametrize("deep", [False, True])
def test_png_keeps_colour_text_and_private_chunks_and_names_the_others(tmp_path, picture, deep):
    ImageFile.from_array(picture.astype(np.uint16) * 257 if deep else picture).write(tmp_path / "0.png")
    added = [*COLOUR, *TEXTS, PACKET, *OF_PIXELS]
    (tmp_path / "a.png").write_bytes(with_chunks((tmp_path / "0.png").read_bytes(), added))
    (note,) = ImageFile.read(tmp_path / "a.png").write(tmp_path / "b.png")
    assert all(f"PNG chunk {name}" in note for name, _ in OF_PIXELS)
    found = chunks_of(tmp_path / "b.png")
    assert [chunk for chunk in found if chunk in [*COLOUR, *TEXTS, PACKET]] == [*COLOUR, *TEXTS, PACKET]
    names = [name for name, _ in found]
    assert max(names.index(name) for name, _ in COLOUR) < names.index("IDAT")
    with Image.open(tmp_path / "b.png") as image:
        image.load()
        assert image.info["gamma"] == 1
        assert image.text["Title"] == "Größe"


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".webp", ".bmp"])
def test_what_another_format_cannot_hold_is_named(tmp_path, picture, suffix):
    (tmp_path / "a.png").write_bytes(png(picture, [COLOUR[0], TEXTS[0]]))
    (note,) = ImageFile.read(tmp_path / "a.png").write(tmp_path / f"b{suffix}")
    assert "PNG chunk gAMA, PNG chunk tEXt" in note


@pytest.mark.parametrize("target", [".png", ".jpg", ".tif", ".webp"])
@pytest.mark.parametrize("source", [".png", ".jpg", ".tif", ".webp"])
def test_xmp_goes_from_each_format_to_each_other(tmp_path, picture, source, target):
    path = tmp_path / f"a{source}"
    if source == ".png":
        path.write_bytes(png(picture, [PACKET]))
    elif source == ".tif":
        tifffile.imwrite(path, picture, photometric="rgb", extratags=[(700, 1, len(XMP), XMP, True)], metadata=None)
    else:
        Image.fromarray(picture).save(path, xmp=XMP)
    ImageFile.read(path).write(tmp_path / f"b{target}")
    with Image.open(tmp_path / f"b{target}") as image:
        assert (image.tag_v2[700] if target == ".tif" else image.info["xmp"]) == XMP


def test_a_compressed_packet_is_read(tmp_path, picture):
    (tmp_path / "a.png").write_bytes(png(picture, [("iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP))]))
    assert ImageFile.read(tmp_path / "a.png").metadata.xmp == XMP


def test_jpeg_keeps_comments_and_captions_and_names_other_segments(tmp_path, picture):
    captions = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x00"
    extra = b"\xff\xed" + struct.pack(">H", len(captions) + 2) + captions + b"\xff\xeb\0\x0bJP signed"
    Image.fromarray(picture).save(tmp_path / "a.jpg", comment="f\xfcr", extra=extra, quality=95)
    file = ImageFile.read(tmp_path / "a.jpg")
    (note,) = file.write(tmp_path / "b.jpg")
    assert "JPEG segment APP11 (JP signed)" in note
    with Image.open(tmp_path / "b.jpg") as image:
        found = dict(image.applist)
        assert found["APP13"] == captions
        assert found["COM"] == b"f\xc3\xbcr"
        assert "APP11" not in found
    assert "JPEG segment COM" in file.write(tmp_path / "b.png")[0]


def exif_with(*tags):
    return block_of([Tag(274, 3, 1, b"\1\0"), *tags])


def test_exif_bytes_and_unicode_pass_through_tiff_unchanged(tmp_path, picture):
    description = "5 µm, Größe".encode() + b"\xff\0"
    inner = Tag(34665, 4, 1, b"", (Tag(33434, 5, 1, struct.pack("<II", 1, 100)), Tag(37510, 7, 9, b"UNICODE\0x")))
    block = exif_with(Tag(270, 2, len(description), description), inner)
    of(picture, exif=block).write(tmp_path / "a.tif")
    ImageFile.read(tmp_path / "a.tif").write(tmp_path / "b.jpg")
    ImageFile.read(tmp_path / "b.jpg").write(tmp_path / "c.tif")
    tags, damaged = read_tags((tmp_path / "c.tif").read_bytes())
    found = {tag.code: tag for tag in tags}
    assert not damaged
    assert found[270].data == description
    assert [(tag.code, tag.data) for tag in found[34665].parts] == [(tag.code, tag.data) for tag in inner.parts]


def test_tags_of_big_endian_and_big_tiff_are_carried(tmp_path, picture):
    extra = [(33550, "d", 3, (10.0, 20.0, 0.0), True), (65000, "H", 2, (1, 770), True), (269, "s", 0, "name", True)]
    cases: list[tuple[str, dict[str, Any]]] = [("a", {"byteorder": ">"}), ("b", {"bigtiff": True}), ("c", {})]
    for name, options in cases:
        path = tmp_path / f"{name}.tif"
        tifffile.imwrite(path, picture, photometric="rgb", extratags=extra, metadata=None, **options)
        assert ImageFile.read(path).write(tmp_path / f"{name}2.tif") == []
        with tifffile.TiffFile(tmp_path / f"{name}2.tif") as file:
            tags = file.pages[0].tags
            assert (tags[33550].value, tags[65000].value, tags[269].value) == ((10, 20, 0), (1, 770), "name")
    note = ImageFile.read(tmp_path / "c.tif").write(tmp_path / "c.jpg")[0]
    assert "TIFF tag 33550, TIFF tag 65000" in note
    assert "269" not in note


def test_layers_previews_and_ranges_of_old_samples_are_named(tmp_path, picture):
    extra = [(37724, 7, 4, b"abcd", True), (281, "H", 1, 77, True)]
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", extratags=extra, metadata=None)
    (note,) = ImageFile.read(tmp_path / "a.tif").write(tmp_path / "b.tif")
    assert "37724 (Photoshop's layers)" in note
    assert "281 (largest sample)" in note


def enlarged(path, factor=(2, 2)):
    file = ImageFile.read(path)
    channels, height, width = file.pixels.shape
    return file.with_pixels(torch.zeros(channels, height * factor[1], width * factor[0]))


def test_microscopes_calibration_is_kept_and_follows_the_size(tmp_path, picture):
    grey = picture[..., 0].astype(np.uint16)
    for name, options in (
        ("imagej", {"imagej": True, "resolution": (10.0, 5.0), "metadata": {"unit": "um"}}),
        ("plain", {"resolution": (300, 150), "resolutionunit": "CENTIMETER", "metadata": None}),
    ):
        tifffile.imwrite(tmp_path / "a.tif", grey, **options)
        ImageFile.read(tmp_path / "a.tif").write(tmp_path / f"{name}.tif")
        enlarged(tmp_path / "a.tif").write(tmp_path / f"{name}2.tif")
        found = []
        for path in ("a.tif", f"{name}.tif", f"{name}2.tif"):
            with tifffile.TiffFile(tmp_path / path) as file:
                tags = file.pages[0].tags
                found.append((tags[282].value, tags[283].value, tags[296].value, tags.get(270) and tags[270].value))
        assert found[0] == found[1]
        assert [v[0] / v[1] for v in found[2][:2]] == [2 * v[0] / v[1] for v in found[0][:2]]
        assert found[2][2:] == found[0][2:]


@pytest.mark.parametrize("factor", [(2, 2), (3, 2)])
def test_ome_keeps_its_bytes_and_follows_the_size(tmp_path, picture, factor):
    grey = picture[..., 0].astype(np.uint16)
    pixel = {"PhysicalSizeX": 0.1, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.4, "PhysicalSizeYUnit": "µm"}
    tifffile.imwrite(tmp_path / "a.ome.tif", grey, metadata={"axes": "YX", **pixel})
    ImageFile.read(tmp_path / "a.ome.tif").write(tmp_path / "b.ome.tif")
    enlarged(tmp_path / "a.ome.tif", factor).write(tmp_path / "c.ome.tif")
    texts = [read_tags((tmp_path / f"{n}.ome.tif").read_bytes())[0] for n in "abc"]
    first, second, third = (next(tag.data for tag in tags if tag.code == 270) for tags in texts)
    assert first == second
    assert b'PhysicalSizeXUnit="\xc2\xb5m"' in third
    height, width = grey.shape
    assert b'SizeX="%d" SizeY="%d"' % (width * factor[0], height * factor[1]) in third
    found = {n: float(third.split(b'PhysicalSize%s="' % n)[1].split(b'"')[0]) for n in (b"X", b"Y")}
    assert found == pytest.approx({b"X": 0.1 / factor[0], b"Y": 0.4 / factor[1]})
    with tifffile.TiffFile(tmp_path / "c.ome.tif") as file:
        assert file.series[0].shape == (height * factor[1], width * factor[0])


def test_tifffiles_own_description_follows_the_size(tmp_path, picture):
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", description=None)
    enlarged(tmp_path / "a.tif").write(tmp_path / "b.tif")
    with tifffile.TiffFile(tmp_path / "b.tif") as file:
        assert file.series[0].shape == (2 * picture.shape[0], 2 * picture.shape[1], 3)


def test_a_colour_picture_from_a_grey_one_is_told_in_ome(tmp_path, picture):
    tifffile.imwrite(tmp_path / "a.ome.tif", picture[..., 0], metadata={"axes": "YX"})
    file = ImageFile.read(tmp_path / "a.ome.tif")
    file.with_pixels(torch.zeros(3, *file.pixels.shape[1:])).write(tmp_path / "b.ome.tif")
    text = next(tag.data for tag in read_tags((tmp_path / "b.ome.tif").read_bytes())[0] if tag.code == 270)
    assert b'SizeC="3"' in text
    assert b'SamplesPerPixel="3"' in text


@pytest.mark.parametrize("orientation", [1, 6])
def test_resolutions_and_sizes_of_photographs_follow_the_size(tmp_path, picture, orientation):
    height, width = picture.shape[:2]
    inner = Tag(34665, 4, 1, b"", (
        Tag(37500, 7, 9, b"maker's n"), Tag(40962, 3, 1, struct.pack("<H", width)),
        Tag(40963, 4, 1, struct.pack("<I", height)), Tag(41486, 5, 1, struct.pack("<II", 3000, 7)),
    ))  # fmt: skip
    tags = [Tag(274, 3, 1, struct.pack("<H", orientation)), Tag(282, 5, 1, struct.pack("<II", 72, 1)), inner]
    packet = b'<a exif:PixelXDimension="%d" tiff:XResolution="72/1"><tiff:ImageLength>%d</tiff:ImageLength></a>'
    Image.fromarray(picture).save(
        tmp_path / "a.jpg", exif=b"Exif\0\0" + block_of(tags), dpi=(72, 100), xmp=packet % (width, height)
    )
    factor = (2, 3)  # across and down as viewed; as stored the other way round where rows and columns are exchanged
    across, down = factor if orientation == 1 else factor[::-1]
    enlarged(tmp_path / "a.jpg", factor).write(tmp_path / "b.jpg")
    with Image.open(tmp_path / "b.jpg") as image:
        assert image.size == (across * width, down * height)
        assert image.info["dpi"] == (72 * across, 100 * down)
        exif = image.getexif()
        assert exif[282] == 72 * across
        camera = exif.get_ifd(34665)
        assert (camera[40962], camera[40963]) == image.size
        assert float(camera[41486]) == pytest.approx(3000 / 7 * across)
        assert image.info["xmp"] == packet.replace(b"72/1", b"%d/1" % (72 * across)) % image.size
    assert b"maker's n" in (tmp_path / "b.jpg").read_bytes()


def test_places_on_the_ground_follow_the_size(tmp_path, picture):
    extra = [(33550, "d", 3, (10.0, 20.0, 0.0), True), (33922, "d", 6, (4.0, 5.0, 0.0, 7e5, 6e6, 0.0), True)]
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", extratags=extra, metadata=None)
    enlarged(tmp_path / "a.tif").write(tmp_path / "b.tif")
    with tifffile.TiffFile(tmp_path / "b.tif") as file:
        assert file.pages[0].tags[33550].value == (5, 10, 0)
        assert file.pages[0].tags[33922].value == (8, 10, 0, 7e5, 6e6, 0)


def of(picture, **metadata):
    return replace(ImageFile.from_array(picture), metadata=Metadata(**metadata))


def test_exif_beyond_a_jpeg_is_reduced_to_what_fits_and_named(tmp_path, picture):
    inner = Tag(34665, 4, 1, b"", (Tag(37510, 7, 70000, bytes(70000)), Tag(33434, 5, 1, struct.pack("<II", 1, 100))))
    block = block_of([Tag(274, 3, 1, b"\6\0"), Tag(271, 2, 6, b"Maker\0"), inner])
    file = of(picture, exif=block)
    (note,) = file.write(tmp_path / "a.jpg")
    assert "tag 37510" in note
    with Image.open(tmp_path / "a.jpg") as image:
        exif = image.getexif()
        assert (exif[274], exif[271], float(exif.get_ifd(34665)[33434])) == (6, "Maker", 0.01)
    for suffix in (".png", ".webp", ".tif"):
        assert file.write(tmp_path / f"a{suffix}") == []
        assert ImageFile.read(tmp_path / f"a{suffix}").metadata.exif.count(bytes(70000)) == 1
    assert "damaged" in of(picture, exif=b"no block" * 9000).write(tmp_path / "b.jpg")[0]


@pytest.mark.parametrize("dpi", [(1e6, 1e6), (5e9, 5e9), (72.0, 1e300), (1e-9, 1e-9)])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp", ".webp"])
def test_no_resolution_fails(tmp_path, picture, suffix, dpi):
    notes = of(picture, dpi=dpi).write(tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as image:
        found = image.info.get("dpi") if suffix != ".tif" or 282 in image.tag_v2 else None
    if found is None or (suffix == ".bmp" and notes):  # Pillow writes 96 dpi where it is told none
        assert "resolution of" in notes[0]
    else:
        assert notes == []
        assert found == pytest.approx(dpi, rel=1e-2)


def test_profiles_and_packets_beyond_a_format_are_named(tmp_path, picture):
    big = of(picture, icc=bytes(17_000_000), xmp=bytes(70_000))
    (note,) = big.write(tmp_path / "a.jpg")
    assert "colour profile of 17000000 bytes" in note
    assert "XMP of 70000 bytes" in note
    (note,) = of(picture, icc=b"x", xmp=b"y", exif=exif_with()).write(tmp_path / "a.bmp")
    assert note.endswith("EXIF, colour profile, XMP")


@pytest.mark.parametrize(
    "damage", [b"nonsense", b"II*\0\xff\xff\xff\x7f", b"MM\0*\0\0\0\x08\0\xff" + bytes(20), b"II*\0\x08"]
)
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
def test_damaged_exif_is_no_failure(tmp_path, picture, suffix, damage):
    notes = of(picture, exif=damage).write(tmp_path / f"a{suffix}")
    assert "EXIF, which is damaged" in str(notes)
    file = ImageFile.read(tmp_path / f"a{suffix}")
    file.with_pixels(torch.zeros(3, 80, 90)).write(tmp_path / f"b{suffix}")


def test_directories_that_lead_to_themselves_end():
    looped = bytearray(block_of([Tag(34665, 4, 1, struct.pack("<I", 8))]))
    assert read_tags(bytes(looped)) == ((), (34665,))


def test_a_colour_profile_of_grey_is_named(tmp_path, picture):
    file = of(picture[..., 0], icc=b"grey profile").with_pixels(torch.zeros(3, *picture.shape[:2]))
    assert "colour profile of grey" in file.write(tmp_path / "a.png")[0]


def test_a_bmps_colour_space_is_named(tmp_path, picture):
    head = struct.pack("<IiiHHIIiiII", 108, 4, -1, 1, 24, 0, 12, 0, 0, 0, 0) + bytes(16)
    for space, named in ((b"BGRs", False), (bytes(4), True)):
        body = head + space + bytes(range(36)) + bytes(12)
        content = b"BM" + struct.pack("<IHHI", 14 + 108 + 12, 0, 0, 14 + 108) + body + bytes(12)
        (tmp_path / "a.bmp").write_bytes(content)
        notes = ImageFile.read(tmp_path / "a.bmp").write(tmp_path / f"{named}.bmp")
        assert ("colour space" in str(notes)) == named


def test_a_tagged_tiff_is_what_others_read(tmp_path, picture):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    of(picture[:5, :7], icc=profile, xmp=XMP[:-1], dpi=(300.5, 0.25)).write(tmp_path / "a.tif")
    with Image.open(tmp_path / "a.tif") as image:
        assert image.info["icc_profile"] == profile
        assert image.info["dpi"] == (300.5, 0.25)
        assert np.array_equal(np.asarray(image), picture[:5, :7])
    assert chunk_bytes("IEND", b"")[-4:] == b"\xaeB`\x82"


def test_a_photograph_with_exif_that_is_cut_off_is_read(tmp_path, picture):
    Image.fromarray(picture).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f", quality=95)
    file = ImageFile.read(tmp_path / "a.jpg")
    assert file.pixels.shape == (3, *picture.shape[:2])
    assert "EXIF, which is damaged" in file.write(tmp_path / "b.jpg")[0]
    with Image.open(tmp_path / "b.jpg") as image:
        assert image.size == picture.shape[1::-1]


@pytest.mark.parametrize(("unit", "dpi"), [(0, None), (1, (300, 150)), (2, (762, 381))])
def test_resolution_is_what_the_photograph_tells(tmp_path, picture, unit, dpi):
    Image.fromarray(picture).save(tmp_path / "a.jpg", dpi=(300, 150), exif=b"Exif\0\0" + exif_with())
    content = (tmp_path / "a.jpg").read_bytes()
    place = content.index(b"JFIF\0") + 7
    (tmp_path / "a.jpg").write_bytes(content[:place] + bytes([unit]) + content[place + 1 :])
    metadata = ImageFile.read(tmp_path / "a.jpg").metadata
    assert metadata.dpi == dpi
    assert metadata.left_out == (() if unit else ("pixels of 300:150",))
