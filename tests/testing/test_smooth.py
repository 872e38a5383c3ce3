import pytest
import torch
from torch import Tensor

from preimage.functional import Smooth
from preimage.testing import check_smooth

X = torch.randn(2, 1, 4, 5, generator=torch.Generator().manual_seed(0))


class Quadratic(Smooth):
    def __init__(self, weight: float = 3.0, claimed: float = 3.0, slope: float = 1.0) -> None:
        super().__init__()
        self.weight = weight
        self.claimed = claimed
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        return 0.5 * self.weight * x.abs().square().flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        return self.slope * self.weight * x

    def lipschitz(self, x: Tensor) -> Tensor:
        return x.real.new_full((1,), self.claimed)


class Mean(Smooth):
    def forward(self, x: Tensor) -> Tensor:
        return (x.flatten(1) - x.mean()).square().sum(1)


def test_a_quadratic_passes() -> None:
    check_smooth(Quadratic(), X)
    check_smooth(Quadratic(), torch.complex(X, X.flip(0)))


@pytest.mark.parametrize(
    ("functional", "message"),
    [
        (Quadratic(slope=1.01), "Quadratic: grad, against autograd of the value,"),
        (Quadratic(claimed=2.9), "Quadratic: lipschitz is"),
        (Mean(), "Mean: the value of one sample, against the batch,"),
    ],
)
def test_unsound_ones_are_told(functional: Smooth, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_smooth(functional, X)
