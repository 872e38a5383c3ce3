import pytest
import torch
from torch import Tensor

from preimage.functional import LinearlyComposed
from preimage.optim import TVPrior
from preimage.testing import check_composed

X = torch.randn(2, 1, 4, 5, generator=torch.Generator().manual_seed(0))


class Doubling(LinearlyComposed):
    def __init__(self, back: float = 2.0, bound: float = 2.0) -> None:
        super().__init__()
        self.back = back
        self.bound = bound

    def linear(self, x: Tensor) -> tuple[Tensor]:
        return (2 * x,)

    def linear_adjoint(self, z: tuple[Tensor]) -> Tensor:
        return self.back * z[0]

    def linear_norm(self, x: Tensor) -> Tensor:
        return x.new_full((1,), self.bound)

    def outer_prox(self, z: tuple[Tensor], step: float | Tensor) -> tuple[Tensor]:
        return z

    def outer_conjugate(self, z: tuple[Tensor]) -> Tensor:
        return torch.where(z[0].flatten(1).abs().amax(1) == 0, 0.0, torch.inf)


def test_a_multiple_passes() -> None:
    check_composed(Doubling(), X)


class Variation(TVPrior):
    """With a conjugate that is off by a number."""

    def __init__(self, excess: float) -> None:
        super().__init__(0.3)
        self.excess = excess

    def outer_conjugate(self, z: Tensor) -> Tensor:
        return super().outer_conjugate(z) + self.excess


def test_a_wrong_conjugate_is_told() -> None:
    check_composed(Variation(0.0), X)
    with pytest.raises(AssertionError, match="Fenchel's inequality fails"):
        check_composed(Variation(-1.0), X)
    with pytest.raises(AssertionError, match="nearly a subgradient"):
        check_composed(Variation(1.0), X)


def test_unsound_ones_are_told() -> None:
    with pytest.raises(AssertionError, match="Doubling: linear_adjoint is not the adjoint"):
        check_composed(Doubling(back=2.1), X)
    with pytest.raises(AssertionError, match=r"Doubling: linear_norm is .* exceeded by"):
        check_composed(Doubling(bound=1.9), X)
