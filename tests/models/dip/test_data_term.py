"""A likelihood that does not see all measurements, against one that is made of those it sees."""

import torch

from preimage.models.dip.data_term import PartialLikelihood
from preimage.physics import BlurFFT, Denoising, GaussianNoise, PoissonNoise, stack


def test_is_the_likelihood_of_those_seen(rng: torch.Generator) -> None:
    """Value and gradient are those of the seen entries alone, whatever the others are."""
    x, y = (torch.rand(2, 1, 6, 5, generator=rng, dtype=torch.float64) for _ in range(2))
    f = PartialLikelihood.draw(Denoising(GaussianNoise(torch.tensor([0.1, 0.3]))), y, 0.4, seed=1)
    seen = ~f.held.expand_as(y)
    point = x.clone().requires_grad_()
    weights = torch.tensor([0.1, 0.3], dtype=torch.float64).reshape(2, 1, 1, 1) ** -2 / 2
    value = (weights * (point - y).square() * seen).flatten(1).sum(1)
    torch.testing.assert_close(f(x), value.detach())
    torch.testing.assert_close(f.grad(x), torch.autograd.grad(value.sum(), point)[0])
    other = f.replace(y=torch.where(seen, y, 7.0))
    torch.testing.assert_close(other(x), f(x))
    torch.testing.assert_close(other.grad(x), f.grad(x))


def test_gradient_of_poisson_noise_behind_a_blur(rng: torch.Generator) -> None:
    """By automatic differentiation of the sum over the entries seen."""
    physics = BlurFFT(torch.rand(3, 3, generator=rng).double() / 9, PoissonNoise(0.1))
    x = 0.2 + torch.rand(1, 1, 6, 5, generator=rng, dtype=torch.float64)
    y = physics(x, rng=rng)
    f = PartialLikelihood.draw(physics, y, 0.4, seed=1)
    point = x.clone().requires_grad_()
    rate = physics.A(point) / 0.1
    value = ((rate - y / 0.1 * rate.log()) * ~f.held).sum()
    torch.testing.assert_close(f.grad(x), torch.autograd.grad(value, point)[0])


def test_several_sensors(rng: torch.Generator) -> None:
    """A measurement of two parts has two sets of hidden entries."""
    physics = stack(Denoising(GaussianNoise(0.1)), Denoising(GaussianNoise(0.1)))
    x = torch.rand(2, 1, 6, 5, generator=rng)
    f = PartialLikelihood.draw(physics, physics(x, rng=rng), 0.4, seed=1)
    assert not torch.equal(f.held[0], f.held[1])
    assert f.held_error(x).shape == (2,)
    assert 0.2 < float(torch.stack(list(f.held)).float().mean()) < 0.6
    residual = torch.cat(
        [(x - y).square()[held.expand_as(y)].reshape(2, -1) for y, held in zip(f.y, f.held, strict=True)], 1
    )
    torch.testing.assert_close(f.held_error(x), residual.mean(1))
