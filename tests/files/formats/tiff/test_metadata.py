import struct
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from preimage.files.containers.tags import Tag, block_of, read_tags
from preimage.files.formats.tiff.metadata import fit_tiff, read_tiff_metadata, tiff_tags
from preimage.files.metadata.carried import Metadata, Own


def saved(folder: Path, *tags: tuple[int, int, int, Any, bool], **options: Any) -> Path:
    tifffile.imwrite(folder / "a.tif", np.zeros((4, 5), np.uint8), **{"extratags": tags, "metadata": None, **options})
    return folder / "a.tif"


def codes(block: bytes) -> set[int]:
    return {tag.code for tag in read_tags(block)[0]} if block else set()


def test_tags_go_where_they_belong(tmp_path: Path) -> None:
    """Those of EXIF to EXIF, those of TIFF alone to what is its own, those of storage nowhere."""
    path = saved(
        tmp_path, (271, 2, 7, "Camera", True), (33550, 12, 3, (1.0, 2.0, 0.0), True), (34675, 7, 3, b"icc", True),
        (700, 1, 4, b"<x/>", True), resolution=(300, 200), resolutionunit=2, software=False,
    )  # fmt: skip
    found = read_tiff_metadata(path)
    assert codes(found.exif) == {271, 282, 283, 296}
    assert (found.icc, found.xmp, found.dpi) == (b"icc", b"<x/>", (300.0, 200.0))
    assert [(item.name, item.title) for item in found.own] == [("33550", "TIFF tag 33550")]
    assert found.left_out == ()


def test_what_tells_of_the_old_samples_is_named(tmp_path: Path) -> None:
    found = read_tiff_metadata(saved(tmp_path, (280, 3, 1, 0, True), (281, 3, 1, 255, True), software=False))
    assert found.left_out == ("TIFF tag 280 (smallest sample)", "TIFF tag 281 (largest sample)")


def test_numbers_of_64_bits_are_kept_where_32_hold_them(tmp_path: Path) -> None:
    tags = ((65001, 16, 2, (7, 8), True), (65002, 16, 1, 2**40, True))
    found = read_tiff_metadata(saved(tmp_path, *tags, bigtiff=True, software=False))
    (kept,) = found.own
    assert read_tags(kept.data)[0][0].numbers() == (7, 8)
    assert found.left_out == ("TIFF tag 65002 (numbers of 64 bits)",)


def test_what_a_new_file_decides_for_itself_is_taken_out() -> None:
    exif = block_of([Tag(256, 4, 1, struct.pack("<I", 9)), Tag(271, 2, 7, b"Camera\0")])
    kept, names = fit_tiff(Metadata(exif))
    assert (codes(kept.exif), names) == ({271}, [])


def test_a_resolution_that_the_tags_tell_keeps_its_bytes() -> None:
    tags = [Tag(282, 5, 1, struct.pack("<II", 600, 2)), Tag(283, 5, 1, struct.pack("<II", 600, 2))]
    told = {tag.code: tag for tag in tiff_tags(Metadata(block_of(tags), dpi=(300.0, 300.0)))}
    assert told[282].data == struct.pack("<II", 600, 2)
    other = {tag.code: tag for tag in tiff_tags(Metadata(block_of(tags), dpi=(301.0, 300.0)))}
    assert (other[282].numbers(), other[296].numbers()) == ((301,), (2,))
    metric = [*tags, Tag(296, 3, 1, b"\3\0")]  # per centimetre
    held = {tag.code: tag for tag in tiff_tags(Metadata(block_of(metric), dpi=(762.0, 762.0)))}
    assert held[282].data == struct.pack("<II", 600, 2)


def test_all_blocks_become_tags() -> None:
    own = Own("TIFF", "65001", block_of([Tag(65001, 3, 1, b"\7\0")]), "tag")
    told = {tag.code: tag.data for tag in tiff_tags(Metadata(b"", b"icc", None, b"<x/>", (own,)))}
    assert told == {65001: b"\7\0", 34675: b"icc", 700: b"<x/>"}
