import struct
import zlib
from typing import Any

import pytest

from preimage.files.formats.png import missing_of_png
from tests.files.formats.pictures import saved


@pytest.mark.parametrize("options", [{}, {"compress_level": 0}, {"bits": 8}])
def test_whole_files_lack_nothing(options: dict[str, int]) -> None:
    assert missing_of_png(saved("PNG", **options)) == ""


def test_what_is_cut_off_is_told() -> None:
    data = saved("PNG")
    assert missing_of_png(data[:-12]) == "its end mark IEND is missing"
    assert missing_of_png(data[:20]) == "its header is missing"


def test_a_header_that_claims_more_than_there_is() -> None:
    data: Any = bytearray(saved("PNG"))
    data[16:24] = struct.pack(">II", 60000, 60000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    assert missing_of_png(data).endswith("bytes of pixels cannot be 60000x60000")
