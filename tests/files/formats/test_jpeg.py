import struct
from typing import Any

import pytest

from preimage.files.formats.jpeg import missing_of_jpeg
from tests.files.formats.pictures import PIXELS, saved


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 1}])
def test_whole_files_lack_nothing(options: dict[str, int]) -> None:
    assert missing_of_jpeg(saved("JPEG", **options)) == ""
    assert missing_of_jpeg(saved("JPEG", PIXELS[..., 0])) == ""


def test_what_is_cut_off_is_told() -> None:
    assert missing_of_jpeg(saved("JPEG")[:-2]) == "its end mark EOI is missing"


def test_a_header_that_claims_more_than_there_is() -> None:
    data: Any = bytearray(saved("JPEG"))
    frame = data.index(b"\xff\xc0") + 5
    data[frame : frame + 4] = struct.pack(">HH", 60000, 50000)
    assert missing_of_jpeg(data).endswith("bytes of pixels cannot be 50000x60000")
