import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import ParallelBeam, corrections
from tests.physics.tomography.ellipses import Ellipse, sinogram

BODY = (Ellipse(2.0, -3.0, 38.0, 30.0, 20.0, 1.0), Ellipse(-8.0, 6.0, 11.0, 8.0, -30.0, 0.5))
CLEAN = sinogram(ParallelBeam(torch.arange(0, 180, 1.0), 100), *BODY, finer=3)


def error(y: torch.Tensor) -> float:
    return ((y - CLEAN).square().mean().sqrt() / CLEAN.std()).item()


def test_a_sinogram_without_stripes_changes_by_half_a_percent_at_most() -> None:
    assert error(corrections.suppress_rings(CLEAN, 9)) < 5e-3


@pytest.mark.parametrize("width", [1, 3])
def test_stripes_lose_most_of_their_strength(width, rng) -> None:
    stripes = torch.zeros(100, dtype=torch.float64)
    for k in (15, 37, 61, 80):
        stripes[k : k + width] = 3 * torch.randn(1, generator=rng, dtype=torch.float64)
    before, after = error(CLEAN + stripes), error(corrections.suppress_rings(CLEAN + stripes, 9))
    assert after < before / 6


def test_a_stripe_of_half_of_the_views_is_found_as_well() -> None:
    y = CLEAN.clone()
    y[..., :90, 37] += 3
    assert error(corrections.suppress_rings(y, 9)) < error(y) / 3


def test_rows_of_a_cone_are_corrected_each_on_its_own(rng) -> None:
    y = torch.rand(2, 1, 70, 3, 11, generator=rng)
    found = corrections.suppress_rings(y, 5)
    torch.testing.assert_close(found[:, :, :, 1], corrections.suppress_rings(y[:, :, :, 1], 5), rtol=0, atol=0)
    torch.testing.assert_close(found[1:], corrections.suppress_rings(y[1:], 5), rtol=0, atol=0)


def test_a_detector_of_equal_bins_is_left_alone(rng) -> None:
    y = torch.rand(1, 1, 8, 1, generator=rng).expand(2, 1, 8, 9)
    assert torch.equal(corrections.suppress_rings(y, 9), y)
    assert corrections.suppress_rings(y[:0], 5).shape == (0, 1, 8, 9)


def test_gradients_flow(rng) -> None:
    y = torch.rand(1, 1, 4, 7, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda y: corrections.suppress_rings(y, 3), y)


@pytest.mark.parametrize("width", [8, 1, 11])
def test_widths_that_do_not_fit_are_refused(width) -> None:
    with pytest.raises(ArgumentError, match="`width` must be"):
        corrections.suppress_rings(torch.zeros(1, 1, 4, 9), width)
