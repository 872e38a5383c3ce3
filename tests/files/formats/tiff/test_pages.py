import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.files.formats.tiff.pages import slices_told, tiff_pictures

PAGE = np.zeros((8, 12), np.uint8)


def counted(*pages: dict[str, object], **options: object) -> tuple[int, int]:
    """What is told of a file with such pages."""
    file = io.BytesIO()
    with tifffile.TiffWriter(file, **options) as writer:  # pyright: ignore
        for page in pages:
            writer.write(**{"data": PAGE, "metadata": None, **page})  # pyright: ignore
    with Image.open(file) as image:
        return tiff_pictures(image)


def test_full_pictures_and_reduced_copies_are_counted_apart() -> None:
    assert counted({}) == (1, 0)
    assert counted({}, {}, {}) == (3, 0)
    assert counted({}, {"data": PAGE[::2, ::2], "subfiletype": 1}) == (1, 1)
    assert counted({"subifds": 2}, {"subfiletype": 1}, {"subfiletype": 1}) == (1, 2)


def test_one_directory_of_a_stack_stands_for_all_slices() -> None:
    stack = np.zeros((5, 8, 12), np.uint8)
    assert counted({"data": stack, "metadata": {"axes": "ZYX"}}, imagej=True)[0] == 5
    assert counted({"data": stack, "metadata": {}, "contiguous": True})[0] == 5


@pytest.mark.parametrize(
    ("description", "depth", "count"),
    [
        ("ImageJ=1.53\nimages=7\nslices=7\n", 1, 7),
        ("ImageJ=1.53\nslices=7\n", 1, 1),
        ('{"shape": [4, 8, 12]}', 1, 1),  # one page of several
        ('{"shape": [4, 8, 12], "truncated": true}', 1, 4),
        ('{"shape": ["a"], "truncated": true}', 1, 1),
        ('{"shape": ' + 5000 * "[", 1, 1),
        ("a photograph", 6, 6),
        (17, 1, 1),
    ],
)
def test_what_descriptions_tell(description: object, depth: int, count: int) -> None:
    assert slices_told(description, 96, depth) == count
