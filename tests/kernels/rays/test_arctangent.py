import torch

from preimage.kernels.rays.arctangent import arctangent_numbers


def test_the_polynomial_is_the_arctangent() -> None:
    c = arctangent_numbers(torch.float64)
    x = torch.linspace(-1, 1, 1001, dtype=torch.float64)
    found = x * (1 + sum(c[n] * x ** (2 * n + 2) for n in range(8)))
    torch.testing.assert_close(found, x.atan(), rtol=0, atol=2e-8)
    assert arctangent_numbers(torch.float32).dtype == "float32"
