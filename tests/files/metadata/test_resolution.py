import pytest
from PIL import Image

from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.resolution import exif_resolution, resolution_name, usable_resolution, with_resolution


def block(unit: int, across: float, down: float) -> bytes:
    exif = Image.Exif()
    exif[296], exif[282], exif[283] = unit, across, down
    return exif.tobytes().removeprefix(b"Exif\0\0")


def test_dots_are_positive() -> None:
    assert usable_resolution((300, 150)) == (300.0, 150.0)
    assert usable_resolution((0, 300)) is None
    assert usable_resolution(None) is None


@pytest.mark.parametrize(("unit", "factor"), [(2, 1.0), (3, 2.54)])
def test_exif_tells_them_by_inch_or_centimetre(unit: int, factor: float) -> None:
    assert exif_resolution(block(unit, 100, 50)) == pytest.approx((100 * factor, 50 * factor))
    assert exif_resolution(block(1, 100, 50)) is None
    assert exif_resolution(b"nothing") is None


def test_what_a_format_does_not_hold_is_named() -> None:
    metadata = Metadata(dpi=(300.0, 300.0))
    assert with_resolution(metadata, lambda value: value < 1000) == (metadata, [])
    kept, lost = with_resolution(metadata, lambda value: value < 100)
    assert (kept.dpi, lost) == (None, ["resolution of 300 dpi"])
    assert resolution_name((300.0, 72.0)) == "resolution of 300 x 72 dpi"
