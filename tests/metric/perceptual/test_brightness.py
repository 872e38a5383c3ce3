import pytest
import torch

from preimage.errors import ShapeError
from preimage.metric.perceptual.brightness import brightness, check_pictures, halve, yiq


def test_grey_has_no_colour() -> None:
    grey = torch.full((1, 3, 2, 2), 0.6)
    torch.testing.assert_close(brightness(grey), torch.full((1, 1, 2, 2), 0.6))
    torch.testing.assert_close(yiq(grey)[:, 1:], torch.zeros(1, 2, 2, 2), atol=1e-6, rtol=0)
    red = torch.tensor([1.0, 0.0, 0.0]).reshape(1, 3, 1, 1)
    assert yiq(red).flatten().tolist() == pytest.approx([0.299, 0.5959, 0.2115])


def test_blocks_of_odd_pictures_end_in_zeros() -> None:
    x = torch.arange(6.0).reshape(1, 1, 2, 3)
    assert halve(x).tolist() == [[[[2.0, (2 + 5) / 4]]]]
    assert halve(torch.ones(0, 1, 3, 4)).shape == (0, 1, 2, 2)


def test_refusals() -> None:
    ones = torch.ones(1, 2, 8, 8)
    with pytest.raises(ShapeError, match=r"grey .* or RGB"):
        check_pictures(ones, ones, 2)
    with pytest.raises(ShapeError, match="at least 9 pixels"):
        check_pictures(ones[:, :1], ones[:, :1], 9)
    with pytest.raises(ShapeError, match="must be real"):
        check_pictures(ones[:, :1] + 0j, ones[:, :1], 2)
    with pytest.raises(ShapeError, match="must have shape"):
        check_pictures(torch.ones(1, 1, 4, 8, 8), torch.ones(1, 1, 4, 8, 8), 2)
