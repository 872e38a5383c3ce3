import numpy as np
import pytest
import torch

from preimage.kernels.rays.arctangent import arctangent_numbers, arctangent_series


@pytest.mark.parametrize(
    ("seen", "largest", "count", "end", "tol"),
    [
        (0.28, 0.5, 3, 0.28, 4e-8),
        (0.29, 0.5, 5, 0.5, 6e-9),
        (0.5, 1.0, 5, 0.5, 6e-9),
        (0.51, 0.6, 8, 1.0, 2e-8),
        (0.2, 1.1, 8, 1.0, 2e-8),
    ],
)
def test_the_polynomial_is_the_arctangent_and_increases(seen, largest, count, end, tol) -> None:
    series = arctangent_series(seen, largest)
    assert len(series) == count
    x = torch.linspace(-1, 1, 1001, dtype=torch.float64)
    found = x * (1 + sum(number * x ** (2 * n + 2) for n, number in enumerate(series)))
    inside = x.abs() <= end
    torch.testing.assert_close(found[inside], x[inside].atan(), rtol=tol, atol=0)
    assert (found.diff() > 0).all()


@pytest.mark.parametrize("seen", [0.2, 0.4, 0.6])
def test_numbers_have_the_gain_and_are_rounded_once(seen) -> None:
    series = arctangent_series(seen, 0.7)
    first, more, wide = arctangent_numbers(torch.float32, 3.0, seen, 0.7)
    assert first is not None
    numbers = (*first, *(more or ()))
    assert all(isinstance(number, np.float32) for number in numbers)
    assert numbers == tuple(np.float32(3 * number) for number in (1.0, *series))
    assert (more is None, wide) == (len(series) == 3, True if len(series) == 8 else None)
    assert arctangent_numbers(torch.float64, 3.0, seen, 0.7) == (None, None, True)  # the function itself
