import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import corrections


def counts(rng, integrals: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Projections, flats and darks of a detector whose bins differ."""
    gain = 1000 + 500 * torch.rand(integrals.shape[3:], generator=rng, dtype=torch.float64)
    dark = 90 + 20 * torch.rand(integrals.shape[3:], generator=rng, dtype=torch.float64)
    flats = (gain + dark) * torch.tensor([0.9, 1.0, 1.1], dtype=torch.float64).reshape(3, *(1,) * gain.ndim)
    return gain * (-integrals).exp() + dark, flats[None, None], dark.repeat(1, 1, 2, *(1,) * dark.ndim)


@pytest.mark.parametrize("shape", [(3, 2, 4, 5), (2, 1, 4, 3, 5)])
def test_integrals_are_found_whatever_the_gain_and_the_dark_level(shape, rng) -> None:
    truth = 3 * torch.rand(shape, generator=rng, dtype=torch.float64)
    y = corrections.normalise(*counts(rng, truth))
    torch.testing.assert_close(y, truth)
    assert torch.autograd.gradcheck(corrections.normalise, tuple(t.requires_grad_() for t in counts(rng, truth)))


def test_integers_are_converted() -> None:
    y = corrections.normalise(torch.full((1, 1, 2, 3), 250, dtype=torch.uint16), torch.full((1, 1, 1, 3), 1000))
    torch.testing.assert_close(y, torch.full((1, 1, 2, 3), math.log(4)))


def test_counts_that_are_not_positive_are_clamped_and_dead_bins_are_gaps() -> None:
    projections = torch.tensor([10.0, 9.0, 110.0, 10.1]).expand(1, 1, 3, 4)
    flats = torch.tensor([110.0, 110.0, 110.0, 10.0]).expand(1, 1, 1, 4)
    y = corrections.normalise(projections, flats, torch.full((1, 1, 1, 4), 10.0), least=1e-3)
    torch.testing.assert_close(y[0, 0, 0, :3], torch.tensor([math.log(1000), math.log(1000), 0.0]))
    assert y[..., 3].isnan().all()
    assert corrections.fill_gaps(y)[0, 0, 1, 3] == y[0, 0, 1, 2]


def test_gradients_stay_finite_where_bins_are_dead() -> None:
    projections = torch.tensor([50.0, 50.0, -5.0]).expand(1, 1, 2, 3).clone().requires_grad_()
    flats = torch.tensor([100.0, 0.0, 100.0]).expand(1, 1, 1, 3)
    corrections.fill_gaps(corrections.normalise(projections, flats)).sum().backward()
    assert projections.grad is not None
    assert projections.grad.isfinite().all()


def test_what_does_not_fit_is_refused() -> None:
    scan = torch.ones(2, 1, 4, 5)
    with pytest.raises(ArgumentError, match="`least` must be"):
        corrections.normalise(scan, scan, least=0.0)
    with pytest.raises(ShapeError, match="`projections` must have shape"):
        corrections.normalise(scan[0], scan)
    for wrong in (scan[..., :4], scan[0], torch.ones(3, 1, 4, 5), scan[:, :, :0]):
        with pytest.raises(ShapeError, match="`flats` must have shape"):
            corrections.normalise(scan, wrong)
