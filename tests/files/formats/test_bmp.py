import pytest

from preimage.files.formats.bmp import missing_of_bmp
from tests.files.formats.pictures import PIXELS, saved


@pytest.mark.parametrize("pixels", [PIXELS, PIXELS[..., 0], PIXELS[..., 0] > 99], ids=["colour", "grey", "bits"])
def test_whole_files_lack_nothing_and_rows_are_counted(pixels: object) -> None:
    data = saved("BMP", pixels)
    assert missing_of_bmp(data) == ""
    row = (len(data) - int.from_bytes(data[10:14], "little")) // 9
    assert missing_of_bmp(data[: -4 * row]) == "5 of 9 rows are there"


def test_the_last_row_needs_no_filling() -> None:
    data = saved("BMP", PIXELS[:, :9])  # 27 bytes a row, and one that fills
    assert missing_of_bmp(data[:-1]) == ""
    assert missing_of_bmp(data[:-2]) == "8 of 9 rows are there"
