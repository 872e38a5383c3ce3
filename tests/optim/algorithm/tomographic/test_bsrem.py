import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import BSREM, MLEM, OSEM, Tikhonov, Variational
from preimage.physics import Denoising, GaussianNoise, PoissonNoise
from tests.optim.problems import consistent, counts, stacked


def after(algorithm, p, steps):
    return Variational(algorithm, p.prior, max_steps=steps, tol=None)(p.y, p.physics)


def test_one_pass_is_its_formula() -> None:
    p, prior = stacked(lambda: counts(0.1), 3), Tikhonov(20.0)
    x = torch.ones_like(p.minimiser)
    f = likelihood(p.physics, p.y)
    algorithm = BSREM(0.7, offset=0.02).prepare(f, prior, x)
    found = algorithm.step(f, prior, algorithm.step(f, prior, algorithm.init(x))).x
    pairs = [(s.matrix, s.noise, y) for s, y in zip(p.physics.operators, p.y, strict=True)]
    scale = sum(matrix.sum(0) / noise.gain for matrix, noise, _ in pairs) / 3
    flat = x.flatten(1)
    for rate in (0.7, 0.7 / 1.1):
        for matrix, noise, y in pairs:
            slope = (1 - y / (flat @ matrix.mT + noise.background)) @ matrix / noise.gain + 20.0 * flat / 3
            flat = (flat - rate * (flat + 0.02) / scale * slope).clamp_min(0)
    torch.testing.assert_close(found.flatten(1), flat)


def test_one_term_without_more_is_mlem() -> None:
    p = counts(0.1, 0.0)
    torch.testing.assert_close(after(BSREM(decay=0.0, offset=0.0), p, 10), after(MLEM(), p, 10))


def test_it_ends_where_ordered_subsets_cycle() -> None:
    p = stacked(lambda: counts(0.1, 30.0), 3)
    cycle, end = ((after(a, p, 200) - p.minimiser).norm() for a in (OSEM(), BSREM()))
    assert cycle > 1e-4
    assert end < 0.1 * cycle


def test_it_is_ahead_of_mlem_at_equal_cost() -> None:
    p = consistent(PoissonNoise(0.1))
    fast, slow = ((after(a, p, 30) - p.minimiser).norm() for a in (BSREM(decay=0.01), MLEM()))
    assert fast < 0.7 * slow


def test_a_pixel_that_is_zero_may_grow() -> None:
    y = torch.tensor([[[[2.0, 3.0]]]])
    physics = Denoising(PoissonNoise(1.0, 0.5))
    for start in ([0.0, 0.0], [0.0, 1.0]):
        x = Variational(
            BSREM(decay=0.0, offset=0.1), Zero(), init=lambda *_, start=start: torch.tensor([[[start]]]), max_steps=300
        )(y, physics)
        torch.testing.assert_close(x, y - 0.5, rtol=1e-3, atol=0)


def test_what_it_cannot_do() -> None:
    with pytest.raises(ArgumentError, match="`decay` must be at least 0"):
        BSREM(decay=-1.0)
    with pytest.raises(ArgumentError, match="`relaxation` must be"):
        BSREM(0.0)
    y = torch.ones(1, 1, 2, 2)
    with pytest.raises(CapabilityError, match="PoissonNoise for BSREM"):
        BSREM().prepare(likelihood(Denoising(GaussianNoise(0.1)), y), Zero(), y)
