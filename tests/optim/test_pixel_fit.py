import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.functional import Smooth
from preimage.optim import BetaTV, Tikhonov
from preimage.optim.pixel_fit import PixelFit
from preimage.solve import Reason


class Quadratic(Smooth):
    """``1/2 <x - c, d (x - c)>``, whose minimiser is ``c``."""

    def __init__(self, centre: Tensor, curvature: Tensor) -> None:
        super().__init__()
        self.centre = centre
        self.curvature = curvature

    def forward(self, x: Tensor) -> Tensor:
        return 0.5 * (self.curvature * (x - self.centre).square()).flatten(1).sum(1)


@pytest.fixture
def problem(rng: torch.Generator) -> Quadratic:
    centre = 1.4 * torch.rand(2, 1, 4, 3, generator=rng, dtype=torch.float64) - 0.2
    return Quadratic(centre, 10 ** (2 * torch.rand(4, 3, generator=rng, dtype=torch.float64)))


def test_the_minimiser_within_bounds(problem: Quadratic) -> None:
    found = PixelFit(max_steps=400, rate=0.02).minimise(problem, problem.centre)
    torch.testing.assert_close(found.x, problem.centre.clamp(0, 1), atol=1e-3, rtol=0)
    assert found.reason == (Reason("all_steps", 400),) * 2


def test_the_prior_counts(problem: Quadratic) -> None:
    found = PixelFit(Tikhonov(5.0), max_steps=400, rate=0.02, bounds=(-1, 2)).minimise(problem, problem.centre)
    expected = problem.curvature * problem.centre / (problem.curvature + 5)
    torch.testing.assert_close(found.x, expected, atol=1e-3, rtol=0)


def test_steps_are_those_of_adam(problem: Quadratic) -> None:
    states: list[Tensor] = []
    prior = BetaTV(0.2, 1.5)
    fit = PixelFit(prior, max_steps=30, rate=0.03, bounds=(-9, 9), contrast=0.5, seed=3)
    fit.minimise(problem, problem.centre, [lambda step, state: states.append(state.x)])
    start = 0.5 * torch.randn(1, 4, 3, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    pixels = start.repeat(2, 1, 1, 1).requires_grad_()
    adam = torch.optim.Adam([pixels], lr=0.03, eps=0)
    for state in states:
        adam.zero_grad()
        (problem(pixels) + prior(pixels)).sum().backward()
        adam.step()
        torch.testing.assert_close(state, pixels.detach())


def test_samples_are_independent_and_seeds_repeat(problem: Quadratic) -> None:
    fit = PixelFit(max_steps=5, seed=1)
    like = problem.centre
    torch.testing.assert_close(fit.minimise(problem, like).x, fit.minimise(problem, like).x, rtol=0, atol=0)
    assert not torch.equal(fit.minimise(problem, like).x, PixelFit(max_steps=5).minimise(problem, like).x)
    assert fit.minimise(problem, like.float()).x.dtype == torch.float32
    one = Quadratic(like[:1], problem.curvature)
    torch.testing.assert_close(fit.minimise(one, like[:1]).x, fit.minimise(problem, like).x[:1])


def test_a_callback_ends_it(problem: Quadratic) -> None:
    found = PixelFit().minimise(problem, problem.centre, [lambda step, state: step == 4])
    assert found.reason == (Reason("callback", 4),) * 2
    assert found.steps.tolist() == [4, 4]


def test_bad_settings() -> None:
    with pytest.raises(ArgumentError, match="`max_steps` must be at least 1, got 0"):
        PixelFit(max_steps=0)
    with pytest.raises(ArgumentError, match="`bounds` must be"):
        PixelFit(bounds=(1.0, 0.0))
