import numpy as np
import pytest
from PIL import Image, ImageOps

from preimage.files.metadata.orientation import orientation_of, turn_as_stored, upright


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_viewers_turn_them(orientation: int) -> None:
    array = np.arange(24, dtype=np.uint8).reshape(4, 6)
    image, exif = Image.fromarray(array), Image.Exif()
    exif[274] = orientation
    image.info["exif"] = exif.tobytes()
    image.getexif()[274] = orientation
    assert orientation_of(exif.tobytes()) == orientation
    assert np.array_equal(upright(array, orientation), np.asarray(ImageOps.exif_transpose(image)))
    assert np.array_equal(turn_as_stored(upright(array, orientation), orientation), array)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0nonsense", b"Exif\0\0MM\0*"])
def test_what_says_nothing_sensible_is_as_stored(exif: bytes) -> None:
    assert orientation_of(exif) == 1
