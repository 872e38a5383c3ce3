"""The last data step, against the normal equations."""

import torch

from preimage.physics import Downsampling, Inpainting
from preimage.restore.methods.dip.data_step import data_step


def test_is_the_mean_given_the_picture_and_the_measurement(rng: torch.Generator) -> None:
    """With the variance that the residual tells, of white errors, for missing pixels: a mean of two numbers."""
    x = torch.rand(1, 1, 64, 64, generator=rng, dtype=torch.float64)
    drawn = x + 0.1 * torch.randn(x.shape, generator=rng, dtype=torch.float64)
    seen = torch.rand(64, 64, generator=rng) > 0.5
    y = seen * (x + 0.05 * torch.randn(x.shape, generator=rng, dtype=torch.float64))
    found = data_step(drawn, y, Inpainting(seen), 0.05)
    torch.testing.assert_close(found[..., ~seen], drawn[..., ~seen])
    variance = float((y - drawn)[..., seen].square().mean()) - 0.05**2
    expected = (y / 0.05**2 + drawn / variance) / (1 / 0.05**2 + 1 / variance)
    torch.testing.assert_close(found[..., seen], expected[..., seen], rtol=1e-6, atol=1e-6)
    assert float((found - x).square().mean()) < float((drawn - x).square().mean()) * 0.65


def test_without_noise_the_measurement_is_met(rng: torch.Generator) -> None:
    """To a thousandth of what was amiss, and the picture comes nearer."""
    physics = Downsampling(torch.ones(4, 4) / 16, 4)
    x = torch.rand(1, 3, 32, 32, generator=rng)
    drawn = x + 0.1 * torch.randn(x.shape, generator=rng) + 0.05
    y = physics.A(x)
    found = data_step(drawn, y, physics, 0.0)
    assert float((physics.A(found) - y).norm()) < 2e-3 * float((physics.A(drawn) - y).norm())
    assert float((found - x).norm()) < float((drawn - x).norm())


def test_a_picture_that_fits_as_well_as_the_noise_allows_is_left_alone(rng: torch.Generator) -> None:
    """Not a bit changes."""
    x = torch.rand(1, 1, 16, 16, generator=rng)
    assert data_step(x, x + 0.05, Inpainting(torch.ones(16, 16, dtype=torch.bool)), 0.1) is x
