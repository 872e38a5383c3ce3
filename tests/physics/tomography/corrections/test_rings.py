import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import ParallelBeam, corrections
from tests.physics.tomography.ellipses import Ellipse, sinogram

BODY = (Ellipse(2.0, -3.0, 38.0, 30.0, 20.0, 1.0), Ellipse(-8.0, 6.0, 11.0, 8.0, -30.0, 0.5))
CLEAN = sinogram(ParallelBeam(torch.arange(0, 180, 2.0), 400, 0.25), *BODY, finer=3)


def error(y: torch.Tensor) -> float:
    return ((y - CLEAN).square().mean().sqrt() / CLEAN.std()).item()


def test_a_sinogram_without_stripes_changes_by_a_thousandth_at_most() -> None:
    assert error(corrections.suppress_rings(CLEAN)) < 1e-3


@pytest.mark.parametrize(("width", "gain"), [(1, 4.8), (3, 2.8)])
def test_stripes_lose_most_of_their_strength(width, gain) -> None:
    y = CLEAN.clone()
    for k, strength in ((133, 6.0), (200, -4.0), (280, 5.0)):  # of a signal of up to 80
        y[..., k : k + width] += strength
    assert error(corrections.suppress_rings(y)) < error(y) / gain


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
