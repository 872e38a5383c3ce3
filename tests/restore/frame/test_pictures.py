from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.errors import ArgumentError, ShapeError
from preimage.files import ImageFile
from preimage.files.digest import array_sha256, file_sha256
from preimage.restore.frame.pictures import Reading, missing_in, open_pictures

ARRAY = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.uint8)
TENSOR = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Image.fromarray(ARRAY).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_every_kind_comes_back_as_the_kind_it_was(path: Path) -> None:
    for image in (path, str(path), ImageFile.read(path), ARRAY):
        opened = open_pictures(image)
        (pixels,) = opened.pixels
        torch.testing.assert_close(pixels, torch.from_numpy(ARRAY).permute(2, 0, 1) / 255)
        back = opened.rebuild([1 - pixels])
        found = back if isinstance(back, np.ndarray) else back.to_array()
        assert isinstance(back, np.ndarray if image is ARRAY else ImageFile)
        assert np.array_equal(found, 255 - ARRAY)
    grey = open_pictures(ARRAY[..., 0])
    assert grey.rebuild([grey.pixels[0]]).shape == (5, 7)


def test_a_batch_is_several_pictures_of_its_type() -> None:
    opened = open_pictures(TENSOR.double())
    assert [tuple(pixels.shape) for pixels in opened.pixels] == [(3, 5, 7)] * 2
    back = opened.rebuild(opened.pixels)
    assert back.dtype == torch.float64
    torch.testing.assert_close(back, TENSOR.double())
    single = open_pictures(TENSOR[0])
    assert single.rebuild(single.pixels).shape == (3, 5, 7)


def test_the_record_is_told_where_a_picture_is_from(path: Path) -> None:
    assert open_pictures(path).source == {"path": str(path.resolve()), "sha256": file_sha256(path)}
    assert open_pictures(ARRAY).source == {"path": "", "sha256": array_sha256(ARRAY)}
    assert open_pictures(TENSOR).source == {"path": "", "sha256": array_sha256(TENSOR.numpy())}


def test_what_is_missing_has_no_value() -> None:
    missing = torch.zeros(5, 7, dtype=torch.bool)
    missing[2, 3] = True
    holed = TENSOR.masked_fill(missing, torch.nan)
    opened = open_pictures(holed, Reading(missing=missing))
    torch.testing.assert_close(torch.stack(list(opened.pixels)), TENSOR.masked_fill(missing, 0))
    assert torch.equal(missing_in(holed), missing)
    floats = np.where(missing.numpy()[..., None], np.nan, ARRAY / 255).astype(np.float32)
    assert torch.equal(missing_in(floats), missing)
    with pytest.raises(ArgumentError, match="must be given for a picture without NaN"):
        missing_in(ARRAY)
    holed[0, 0, 0, 0] = torch.nan
    with pytest.raises(ArgumentError, match="NaN at the same pixels in a whole batch"):
        missing_in(holed)


def test_what_is_no_picture() -> None:
    for wrong in (TENSOR[:, :2], TENSOR[0, 0], (255 * TENSOR).to(torch.uint8)):
        with pytest.raises(ShapeError, match=r"must be a float tensor \(C, H, W\) or"):
            open_pictures(wrong)
    with pytest.raises(ArgumentError, match="`bits` must be left out for a tensor"):
        open_pictures(TENSOR, Reading(bits=12))
    with pytest.raises(ArgumentError, match="must be a path, an array or a tensor, got int"):
        open_pictures(7)  # pyright: ignore
