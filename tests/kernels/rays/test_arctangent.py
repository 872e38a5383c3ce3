import pytest
import torch

from preimage.kernels.rays.arctangent import arctangent_numbers


@pytest.mark.parametrize(("largest", "flag", "end"), [(0.5, None, 0.5), (0.51, True, 1.0)])
def test_the_polynomial_is_the_arctangent(largest, flag, end) -> None:
    c, wide = arctangent_numbers(torch.float64, largest)
    assert wide is flag
    x = torch.linspace(-end, end, 1001, dtype=torch.float64)
    found = x * (1 + sum(c[n] * x ** (2 * n + 2) for n in range(len(c))))
    torch.testing.assert_close(found, x.atan(), rtol=2e-8, atol=0)
    assert arctangent_numbers(torch.float32, largest)[0].dtype == "float32"
