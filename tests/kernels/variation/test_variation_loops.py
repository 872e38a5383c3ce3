import pytest
import torch

from preimage.functional import LinearlyComposed
from preimage.kernels.variation.variation_loops import ascend_in_loops, can_loop, descend_in_loops
from preimage.machine.compiler import has_compiler
from preimage.optim import TVPrior

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
SHAPES = [(2, 3, 7, 9), (1, 1, 1, 5), (1, 2, 5, 1), (2, 1, 4, 5, 6), (1, 1, 37, 41), (1, 1, 2, 1500), (1, 1, 5, 21, 20)]


def close(found, expected):
    tol = 1e-6 if found.dtype == torch.float32 else 1e-12
    torch.testing.assert_close(found, expected, rtol=tol, atol=tol, equal_nan=True)


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_loops_are_the_definition(shape, dtype, rng):
    x = torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype)
    u = torch.randn((*shape[:2], len(shape) - 2, *shape[2:]), generator=rng, dtype=torch.float64).to(dtype)
    step, weight = torch.linspace(0.5, 1, shape[0], dtype=dtype), torch.linspace(0.6, 0.2, shape[0], dtype=dtype)
    for coupled in (False, True):
        for isotropic in (False, True):
            prior = TVPrior(weight, coupled, isotropic=isotropic)
            for dual in (u, None):
                found = ascend_in_loops(dual, x, step, weight, coupled, isotropic)
                close(found, LinearlyComposed.dual_ascent(prior, dual, x, step))
    close(descend_in_loops(x, u, step), LinearlyComposed.primal_descent(prior, x, u, step))


@needs_compiler
def test_views_and_nan(rng):
    x = torch.rand(6, 9, 1, 2, generator=rng, dtype=torch.float64).permute(3, 2, 1, 0)
    u = torch.randn(6, 9, 2, 1, 2, generator=rng, dtype=torch.float64).permute(4, 3, 2, 1, 0)
    step = torch.ones(1, dtype=torch.float64)
    x, prior = x.clone(memory_format=torch.channels_last), TVPrior(0.5)
    for value in (0.5, torch.nan):
        x[1, 0, 3, 3] = value
        close(ascend_in_loops(u, x, step, 0.5 * step, False, True), LinearlyComposed.dual_ascent(prior, u, x, step))
        close(descend_in_loops(x, u, step), LinearlyComposed.primal_descent(prior, x, u, step))


@needs_compiler
def test_without_a_weight_nothing_is_left(rng):
    x, one = torch.rand(1, 1, 4, 5, generator=rng), torch.ones(1)
    assert not ascend_in_loops(None, x, one, 0 * one, False, True).any()
    assert ascend_in_loops(None, x, one, 1e-30 * one, False, True).abs().max() < 1e-18


def test_what_goes_through_the_loops(monkeypatch):
    x, one = torch.zeros(2, 1, 4, 2), torch.ones(1)
    assert can_loop(x, None, one, torch.ones(2, 1, 1, 1)) == has_compiler()
    assert not can_loop(x[:0], None, one)
    assert not can_loop(x, None, one.double())
    assert not can_loop(x, None, torch.ones(1, 1, 1, 2))
    assert not can_loop(x, torch.zeros(2, 1, 2, 4, 2, requires_grad=True), one)
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    assert not can_loop(x, None, one)


@pytest.mark.parametrize("weight", [0.3, torch.nn.Parameter(torch.tensor([0.3, 0.1]))])
def test_a_prior_takes_them_unless_a_gradient_is_recorded(weight, rng):
    x, u = torch.rand(2, 1, 6, 5, generator=rng), torch.zeros(2, 1, 2, 6, 5)
    step, prior = torch.ones(1), TVPrior(weight)
    with torch.no_grad():
        fast = prior.dual_ascent(u, x, step), prior.primal_descent(x, prior.linear(x), step)
    x.requires_grad_()
    slow = prior.dual_ascent(u, x, step), prior.primal_descent(x, prior.linear(x), step)
    for found, expected in zip(fast, slow, strict=True):
        assert expected.requires_grad
        close(found, expected.detach())
