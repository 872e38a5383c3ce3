import io
import itertools

import numpy as np
from PIL import Image

from preimage.files.containers.jpeg_segments import END, SCAN, segment_bytes, segments


def jpeg(**options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def test_segments_follow_each_other_to_the_end_of_the_file() -> None:
    data = jpeg(comment=b"hello")
    found = list(segments(data))
    assert [segment.start - 4 for segment in found[:1]] == [2]
    for before, after in itertools.pairwise(found):
        assert data[before.until] == 0xFF
        assert after.start >= before.until
    assert (found[-1].marker, found[-2].marker) == (END, SCAN)
    assert found[-1].until == len(data)
    comment = next(segment for segment in found if segment.marker == 0xFE)
    assert (comment.name, data[comment.start : comment.start + comment.length]) == ("COM", b"hello")
    assert found[0].name == "APP0"


def test_a_segment_that_is_written_is_read() -> None:
    data = jpeg()
    both = data[:2] + segment_bytes("APP13", b"one") + segment_bytes("COM", b"two") + data[2:]
    found = list(segments(both))[:2]
    assert [(s.name, both[s.start : s.start + s.length]) for s in found] == [("APP13", b"one"), ("COM", b"two")]
    Image.open(io.BytesIO(both)).load()


def test_a_file_that_is_cut_off_has_no_end() -> None:
    data = jpeg()
    assert [segment.marker for segment in segments(data[:-2])][-1] == SCAN
    assert list(segments(data[:2])) == []
    whole = list(segments(data))
    cut = list(segments(data[: whole[1].start + 1]))
    assert [segment.marker for segment in cut] == [whole[0].marker]
