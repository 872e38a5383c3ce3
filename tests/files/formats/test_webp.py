import pytest

from preimage.files.formats.webp import missing_of_webp
from tests.files.formats.pictures import saved


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}])
def test_whole_files_lack_nothing(options: dict[str, object]) -> None:
    assert missing_of_webp(saved("WEBP", **options)) == ""


def test_what_is_cut_off_is_told() -> None:
    data = saved("WEBP", lossless=True)
    assert missing_of_webp(data[:-3]) == "its chunk VP8L is cut off"
    assert missing_of_webp(data[:16]) == "its pixels are missing"
    exif = saved("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    assert missing_of_webp(exif[: exif.index(b"EXIF")]) == "its chunk EXIF is missing"
