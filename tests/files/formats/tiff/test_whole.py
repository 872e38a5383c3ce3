import pytest

from preimage.files.formats.tiff.whole import missing_of_tiff
from tests.files.formats.pictures import saved


@pytest.mark.parametrize("compression", [None, "tiff_deflate", "tiff_lzw", "packbits"])
def test_whole_files_lack_nothing_and_cut_ones_do(compression: str | None) -> None:
    data = saved("TIFF", compression=compression)
    assert missing_of_tiff(data) == ""
    assert missing_of_tiff(data[: len(data) // 2]) != ""
    assert missing_of_tiff(data[:8]) != ""
