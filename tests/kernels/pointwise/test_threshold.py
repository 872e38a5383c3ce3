import pytest
import torch

from preimage.kernels.pointwise.threshold import towards_zero
from preimage.kernels.pointwise.threshold_loops import shrink_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.threshold_loops"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(3, 2, 9, 11), (1, 1, 1, 1), (3, 0), (0, 2, 4)])
def test_numbers_move_towards_zero(shape, dtype, rng):
    x = torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)
    ones = (1,) * (len(shape) - 1)
    for threshold in (torch.tensor(0.3), torch.rand(shape[0], *ones, generator=rng), torch.rand(shape, generator=rng)):
        threshold = threshold.to(dtype)
        for image in (x, x.mT if x.ndim > 2 and threshold.ndim != x.ndim else x, x.flip(0)):
            expected = image.sign() * (image.abs() - threshold).clamp_min(0)
            torch.testing.assert_close(towards_zero(image, threshold), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
def test_the_loops_treat_what_is_not_finite_as_tensor_operations_do():
    x = torch.tensor([[torch.nan, torch.inf, -torch.inf, 1.0], [2.0, 2.0, -2.0, 0.0], [1.0, -1.0, 0.0, torch.inf]])
    threshold = torch.tensor([[0.5], [torch.nan], [0.0]])
    expected = x - x.clamp(-threshold, threshold)
    torch.testing.assert_close(shrink_in_loops(x, threshold), expected, equal_nan=True)
    torch.testing.assert_close(towards_zero(x, threshold[:1]), x - x.clamp(-0.5, 0.5), equal_nan=True)
    assert towards_zero(x, threshold[1, 0]).isnan().all()


@pytest.mark.parametrize("compile_", ["0", "1"])
def test_a_number_is_a_threshold_like_a_tensor(compile_, rng, monkeypatch):
    monkeypatch.setenv("PREIMAGE_COMPILE", compile_)
    x = torch.randn(2, 3, 5, generator=rng)
    x[0, 0, 0] = torch.nan
    for number in (0.0, 0.3, float("inf")):
        expected = x - x.clamp(-number, number)
        torch.testing.assert_close(towards_zero(x, number), expected, rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(towards_zero(x, torch.tensor(number)), expected, rtol=0, atol=0, equal_nan=True)


def test_gradients_reach_both(rng):
    x = torch.randn(2, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    for threshold in (torch.tensor(0.3).double(), torch.tensor([[0.2], [0.4]]).double()):
        assert torch.autograd.gradcheck(towards_zero, (x, threshold.requires_grad_()))
