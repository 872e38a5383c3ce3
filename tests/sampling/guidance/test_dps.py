import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import DPS
from tests.sampling.guidance.problem import MATRIX, SIGMA, guided, known


@pytest.mark.parametrize("unit", [1.0, 3.0])
@pytest.mark.parametrize("noisy", [True, False])
def test_it_is_the_gradient_over_the_variance_of_the_residual(unit: float, noisy: bool) -> None:
    exact = known()
    scale = 0.5 * SIGMA**2 / exact.residual.square().mean(1, keepdim=True)
    expected = exact.d + scale * exact.jacobian * (exact.residual @ MATRIX)
    torch.testing.assert_close(guided(DPS(0.5), unit, noisy), expected)


def test_a_weight_of_zero_is_told() -> None:
    with pytest.raises(ArgumentError, match="`weight`"):
        DPS(0.0)
