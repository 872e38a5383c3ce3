import pytest
import torch

from preimage.transform import group_axes, group_sum, total_variation


def test_of_a_step_by_hand():
    x = torch.zeros(2, 2, 3, 4, dtype=torch.float64)
    x[1, :, :, 2:] = torch.tensor([3.0, 4.0])[:, None, None]  # an edge three pixels long, in two channels
    assert total_variation(x).tolist() == [0, 3 * (3 + 4)]
    assert total_variation(x, coupled=True).tolist() == [0, 3 * 5]


@pytest.mark.parametrize(("isotropic", "corner"), [(True, 2**0.5), (False, 2.0)])
def test_both_directions_of_a_corner(isotropic, corner):
    x = torch.zeros(1, 1, 3, 3, dtype=torch.float64)
    x[0, 0, 0, 0] = 1.0  # differences to the right and below, at one pixel
    assert float(total_variation(x, isotropic=isotropic)) == pytest.approx(corner)


def test_its_derivative_is_zero_where_nothing_varies():
    x = torch.ones(1, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(total_variation(x).sum(), x)
    assert torch.equal(slope, torch.zeros_like(x))


def test_sums_keep_their_axes():
    x = torch.ones(2, 3, 2, 4)
    assert group_sum(x, group_axes(coupled=True, isotropic=True)).shape == (2, 1, 1, 4)
    assert group_sum(x, group_axes(coupled=False, isotropic=False)) is x


def test_a_checkerboard_varies_everywhere():
    """Central differences would see nothing of it, as in mrpro 0.261015."""
    x = (torch.arange(4)[:, None] + torch.arange(5)).remainder(2).to(torch.float64)[None, None]
    assert float(total_variation(x, isotropic=False)) == 3 * 5 + 4 * 4
