import pytest
import torch

from preimage.kernels.pointwise.masking_loops import mask_in_loops
from preimage.machine.compiler import has_compiler

pytestmark = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(3, 2, 5, 7), (1, 1, 5, 7), (7,), (0, 2, 5, 7)])
@pytest.mark.parametrize("kept", [1, 2, 4])
def test_it_is_the_product(shape, dtype, kept, rng):
    y = torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)
    last = shape[-kept:] if 0 not in shape[-kept:] else shape[-2:]
    weight = torch.randn(last, generator=rng, dtype=torch.float64).to(dtype)
    weight = weight.reshape((1,) * (len(shape) - len(last)) + last)
    for values in (y, y.transpose(0, -1).contiguous().transpose(0, -1)):
        torch.testing.assert_close(mask_in_loops(weight, values), weight * values)


def test_what_has_no_weight_may_be_anything():
    weight = torch.tensor([[0.0, -0.0, 2.0, torch.nan, 1.0, 3.0]])
    y = torch.tensor([[torch.nan, torch.inf, 3.0, 1.0, torch.nan, -torch.inf], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    expected = torch.where(weight == 0, 0, weight * y)
    torch.testing.assert_close(mask_in_loops(weight, y), expected, equal_nan=True, rtol=0, atol=0)
