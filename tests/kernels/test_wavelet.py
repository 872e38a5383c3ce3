import pytest
import torch

from preimage.kernels.wavelet import analysis, synthesis
from preimage.kernels.wavelet_loops import analysis_by_loops, synthesis_by_loops
from preimage.kernels.wavelet_tensors import FilterBank, analysis_by_tensors, synthesis_by_tensors
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.wavelet_loops", "preimage.kernels.wavelet_tensors"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
PAIRS = [(analysis_by_loops, analysis_by_tensors), (synthesis_by_loops, synthesis_by_tensors)]


def bank(length, level=2, dims=2):
    """Filters of any length: loops and tensor operations agree whether or not they are orthonormal."""
    weights = torch.randn(2, length, generator=torch.Generator().manual_seed(length), dtype=torch.float64)
    low, high = (weights / weights.norm(dim=1, keepdim=True)).tolist()
    return FilterBank(tuple(low), tuple(high), level, dims)


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("length", [2, 4, 6, 8, 16])
def test_the_loops_are_the_tensor_operations(length, dtype, tol, rng):
    for shape in ((2, 3, 13, 22), (1, 1, 1, 9), (9, 1), (1, 1), (2, 2), (2, 1, 6, 5, 9), (1, 2, 1, 4, 7)):
        x = torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)
        for loops, tensors in PAIRS:
            for level in (1, 3):
                taken = bank(length, level, 3 if len(shape) == 5 else 2)
                found, expected = loops(x, taken), tensors(x, taken)
                assert float((found - expected).norm()) <= tol * float(expected.norm())


@needs_compiler
@pytest.mark.parametrize(("loops", "tensors"), PAIRS)
def test_views_nan_and_no_image(loops, tensors, rng):
    x = torch.randn(14, 3, 11, generator=rng).permute(1, 2, 0)[..., ::2]
    torch.testing.assert_close(loops(x, bank(4)), tensors(x, bank(4)))
    x = torch.randn(2, 40, 33, generator=rng)
    x[1, 7, 5], x[1, 20, 9] = torch.nan, torch.inf
    found, expected = loops(x, bank(4)), tensors(x, bank(4))
    torch.testing.assert_close(found, expected, equal_nan=True)
    assert 0 < int(found[1].isnan().sum()) < found[1].numel()
    for shape in ((0, 3, 4, 4), (2, 0, 5), (2, 5, 0)):
        assert loops(torch.zeros(shape), bank(4)).shape == shape


@needs_compiler
@pytest.mark.parametrize("function", [analysis, synthesis])
def test_recorded_loops_have_the_derivatives_of_the_tensor_operations(function, rng):
    x = torch.randn(1, 5, 6, generator=rng, dtype=torch.float64, requires_grad=True)
    half = 0.5**0.5  # orthonormal, so that synthesis is the adjoint
    haar = FilterBank((half, half), (half, -half), 2, 2)
    result = function(x, haar)
    assert type(result.grad_fn).__name__ in ("_AnalysisBackward", "_SynthesisBackward")
    assert torch.autograd.gradcheck(lambda v: function(v, haar), (x,))
    assert torch.autograd.gradgradcheck(lambda v: function(v, haar).square(), (x,))
