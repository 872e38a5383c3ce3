from pathlib import Path

import numpy as np
import torch

from preimage.files import ImageFile
from preimage.restore.frame.error_picture import coloured, lightest, write_error_maps


def test_numbers_are_kept_as_they_are(tmp_path: Path) -> None:
    for shape in ((1, 5, 7), (3, 5, 7)):
        widths = 0.1 * torch.rand(shape, generator=torch.Generator().manual_seed(0))
        write_error_maps([widths], tmp_path / "a.tif", tmp_path / "a.png")
        read = ImageFile.read(tmp_path / "a.tif").to_array()
        np.testing.assert_array_equal(read.reshape(5, 7, -1), widths.permute(1, 2, 0).numpy())
        assert ImageFile.read(tmp_path / "a.png").to_array().shape == (5, 7, 3)


def test_wider_is_lighter() -> None:
    ramp = coloured(torch.linspace(0, 1, 50).reshape(1, 1, 50)).astype(float) @ [0.3, 0.59, 0.11]
    assert bool((np.diff(ramp[0]) >= 0).all())
    assert coloured(torch.zeros(1, 2, 2)).shape == (2, 2, 3)


def test_the_lightest_colour_is_told() -> None:
    widths = torch.linspace(0, 1, 101).reshape(1, 1, 101)
    assert abs(lightest(widths) - 0.99) < 1e-6
    assert lightest(torch.cat([widths, 0 * widths])) == lightest(widths / 2)
    assert lightest(0 * widths) == 1.0
    assert (coloured(widths)[0, -2:] == coloured(widths)[0, -1]).all()
    assert (coloured(widths)[0, -3] != coloured(widths)[0, -1]).any()
