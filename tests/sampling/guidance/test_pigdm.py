import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import PiGDM
from tests.sampling.guidance.problem import SIGMA, guided, known, through


@pytest.mark.parametrize("unit", [1.0, 3.0])
def test_it_is_the_published_formula(unit: float) -> None:
    exact, spread = known(), 0.3
    variance = torch.full((3,), SIGMA**2 * spread**2 / (SIGMA**2 + spread**2), dtype=torch.float64)
    pulled = exact.jacobian * through(variance, exact.residual) / variance
    torch.testing.assert_close(guided(PiGDM(spread), unit), exact.d + SIGMA**2 * pulled)


def test_a_spread_of_zero_is_told() -> None:
    with pytest.raises(ArgumentError, match="`spread`"):
        PiGDM(0.0)
