"""A mosaic as pictures of half the size, and back."""

import numpy as np
import pytest
import torch

from preimage.errors import ImageFileError
from preimage.files.stacks.layout import layout_of
from preimage.restore.raw.mosaic import Mosaic, is_mosaic

KNOWN = {"pattern": "GRBG", "black": [60.0, 64.0, 68.0, 72.0]}


def layout(about: dict[str, object], white: float = 1023.0) -> object:
    return layout_of((6, 8), "u2", "YX", limits=(60.0, white), metadata=about)


@pytest.mark.parametrize("shape", [(6, 8), (7, 8), (6, 9), (7, 9)])
def test_planes_go_back_to_where_they_were(shape: tuple[int, int]) -> None:
    mosaic = Mosaic.of(layout(KNOWN))  # type: ignore[arg-type]
    values = np.random.default_rng(0).integers(60, 1000, shape).astype(np.uint16)
    planes = mosaic.planes(values)
    assert planes.shape == (4, (shape[0] + 1) // 2, (shape[1] + 1) // 2)
    assert float(planes[1, 0, 1]) == pytest.approx((values[0, 3] - 64) / (1023 - 64), abs=1e-6)
    assert float(planes[2, 1, 0]) == pytest.approx((values[3, 0] - 68) / (1023 - 68), abs=1e-6)
    assert np.array_equal(mosaic.changed(values, planes, planes), values)
    steps = torch.tensor([1.0, 2.0, 3.0, 4.0])[:, None, None]
    moved = mosaic.changed(values, planes, planes + steps / 1000) - values
    assert moved[0, 0] == pytest.approx((1023 - 60) / 1000, rel=1e-3)
    assert moved[1, 1] == pytest.approx(4 * (1023 - 72) / 1000, rel=1e-3)


def test_what_has_reached_white_stays() -> None:
    mosaic = Mosaic("RGGB", (0.0,) * 4, 100.0)
    values = np.array([[100, 50], [50, 120]], np.uint16)
    planes = mosaic.planes(values)
    assert mosaic.changed(values, planes, planes - 0.1).tolist() == [[100, pytest.approx(40)], [pytest.approx(40), 120]]


def test_other_mosaics_are_refused() -> None:
    assert is_mosaic(layout(KNOWN))  # type: ignore[arg-type]
    assert not is_mosaic(layout_of((6, 8), "u2", "YX"))
    with pytest.raises(ImageFileError, match="red, green and blue"):
        Mosaic.of(layout({**KNOWN, "pattern": "CYGM"}))  # type: ignore[arg-type]
    with pytest.raises(ImageFileError, match="white level"):
        Mosaic.of(layout(KNOWN, 70.0))  # type: ignore[arg-type]
