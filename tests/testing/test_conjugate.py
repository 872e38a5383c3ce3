import pytest
import torch
from torch import Tensor

from preimage.optim import L1Prior, Tikhonov
from preimage.testing import check_conjugate

X = torch.randn(2, 1, 4, 5, generator=torch.Generator().manual_seed(0))


class HalfConjugate(Tikhonov):
    def conjugate(self, z: Tensor) -> Tensor:
        return super().conjugate(z) / 2


class DoubleConjugate(Tikhonov):
    def conjugate(self, z: Tensor) -> Tensor:
        return super().conjugate(z) * 2


class Timid(L1Prior):
    def into_domain(self, z: Tensor) -> Tensor:
        return 0.9 * super().into_domain(z)


class Rash(L1Prior):
    def into_domain(self, z: Tensor) -> Tensor:
        return torch.ones_like(super().into_domain(z))


class WrongBall(L1Prior):
    def conjugate(self, z: Tensor) -> Tensor:
        return L1Prior(0.9 * self.weight).conjugate(z)

    def into_domain(self, z: Tensor) -> Tensor:
        return L1Prior(0.9 * self.weight).into_domain(z)


def test_sound_ones_pass() -> None:
    check_conjugate(Tikhonov(0.3), X)
    check_conjugate(L1Prior(torch.tensor([0.5, 2.0])), X.double())


@pytest.mark.parametrize(
    ("functional", "message"),
    [
        (HalfConjugate(0.3), "HalfConjugate: .* Fenchel's equality"),
        (DoubleConjugate(0.3), "DoubleConjugate: .* Fenchel's equality"),
        (Timid(0.3), "Timid: into_domain is .* not the largest"),
        (Rash(0.3), "Rash: conjugate.*is .*inf"),
        (WrongBall(0.3), "WrongBall: .* Fenchel's equality"),
    ],
)
def test_unsound_ones_are_told(functional: Tikhonov | L1Prior, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_conjugate(functional, X)
