import math

import pytest
import torch

from preimage.kernels.pointwise.exponential_loops import power_of_two, pulses_in_loops, pulses_pulled_in_loops
from preimage.kernels.pointwise.pulses import doubled_shares, pulse_counts, pulse_pull
from preimage.machine.compiler import compiled, has_compiler

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def pixels(shape, rng):
    """Depths before, in and after the bins, also at the edges of bins; photons; backgrounds."""
    x = torch.rand(shape[0], 3, *shape[1:], generator=rng, dtype=torch.float64)
    x[:, 0] = (20 * x[:, 0] - 4).mul(2).round() / 2 + 0.3 * (x[:, 1] > 0.5)
    x[:, 1] = 50 * x[:, 1]
    return x


@needs_compiler
@pytest.mark.parametrize("shape", [(2, 5, 7), (1, 1, 1), (0, 3, 3), (1, 1, 33)])
def test_the_loops_are_the_tensor_operations_in_double_precision(shape, rng):
    x, v = pixels(shape, rng), torch.randn(shape[0], 9, *shape[1:], generator=rng, dtype=torch.float64)
    x = x.transpose(2, 3)  # in another order of memory
    v = v.transpose(2, 3)
    for width in (torch.tensor([0.7, 2.5], dtype=torch.float64)[: shape[0]], torch.tensor([1.3], dtype=torch.float64)):
        width = width.reshape(-1, 1, 1, 1)
        expected, pulled = pulse_counts(x, width, 9), pulse_pull(x, width, v)
        found = pulses_in_loops(x.float(), width.float(), 9)
        torch.testing.assert_close(found.double(), expected, rtol=2e-6, atol=2e-5)
        found = pulses_pulled_in_loops(x.float(), width.float(), v.float())
        torch.testing.assert_close(found.double(), pulled, rtol=1e-5, atol=1e-4)


@needs_compiler
def test_tails_keep_their_digits():
    """Photons are fewer by 1e-30 in the last bins, and right to six digits."""
    x = torch.tensor([0.25, 1.0, 0.0]).reshape(1, 3, 1, 1)
    found = pulses_in_loops(x, torch.tensor(2.0).reshape(1, 1, 1, 1), 17).flatten()
    for t in (1, 5, 9, 13, 16):
        near, far = (math.erfc((t + half - 0.25) / 2) for half in (-0.5, 0.5))
        assert float(found[t]) == pytest.approx((near - far) / 2, rel=2e-5)


@needs_compiler
def test_the_power_is_exact_to_single_precision():
    power = compiled(power_of_two)
    for s in torch.linspace(-126, 0, 1261, dtype=torch.float64).tolist():
        found, less_one = power(s)
        assert float(found) == pytest.approx(2.0**s, rel=2e-7)
        assert float(less_one) == pytest.approx(math.expm1(s * math.log(2)), rel=2e-7)
    assert math.isnan(power(math.nan)[0])


@needs_compiler
def test_nan_stays_in_its_pixel():
    x = torch.ones(1, 3, 1, 2)
    x[0, 0, 0, 1] = torch.nan
    found = pulse_counts(x, torch.ones(1, 1, 1, 1), 4)
    assert found.isnan().any(1).tolist() == [[[False, True]]]
    assert pulse_pull(x, torch.ones(1, 1, 1, 1), found.nan_to_num()).isnan().any(1).tolist() == [[[False, True]]]


def test_pulling_is_the_derivative(rng):
    x, width = pixels((2, 3, 2), rng).requires_grad_(), torch.full((1, 1, 1, 1), 1.3, dtype=torch.float64)
    y = pulse_counts(x, width, 6)
    v = torch.randn(y.shape, generator=rng, dtype=torch.float64)
    (expected,) = torch.autograd.grad((v * y).sum(), x)
    torch.testing.assert_close(pulse_pull(x.detach(), width, v), expected)


def test_shares_are_all_photons(rng):
    depth = 20 + torch.rand(2, 1, 3, generator=rng)
    width = torch.full((1, 1, 1), 1.5)
    torch.testing.assert_close(doubled_shares(depth, width, 40).sum(1), torch.full((2, 3), 2.0))


def test_transforms_see_tensors(rng):
    x, width = pixels((2, 3, 2), rng).float(), torch.full((1, 1, 1, 1), 1.3)
    each = torch.func.vmap(lambda one: pulse_counts(one[None], width, 6)[0])(x)
    torch.testing.assert_close(each, pulse_counts(x, width, 6), rtol=1e-5, atol=1e-5)
