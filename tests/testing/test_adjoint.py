import torch
from torch import Tensor

from preimage.physics import LinearPhysics
from preimage.testing._adjoint import explain_adjoint
from preimage.testing._compare import normal_like, seeded
from tests.example import random

X = random(2, 3, 12, 12)


class Sums(LinearPhysics):
    """Sums from the left, by NumPy or by torch; the adjoint may be spoiled."""

    def __init__(self, by_numpy: bool, spoil: str = "") -> None:
        super().__init__()
        self.by_numpy = by_numpy
        self.spoil = spoil

    def A(self, x: Tensor) -> Tensor:
        return torch.from_numpy(x.detach().numpy().cumsum(-1)) if self.by_numpy else x.cumsum(-1)

    def A_adjoint(self, y: Tensor) -> Tensor:
        back = y.flip(-1).cumsum(-1).flip(-1)
        if self.spoil == "rows":
            back[..., 3:5, :] += 1
        if self.spoil == "channel":
            back[:, 1] *= 1.5
        if self.spoil == "all":
            back = back + y.roll(3, -1)
        return {"zero": torch.zeros_like(back), "transposed": back.mT}.get(self.spoil, back)


def told(by_numpy: bool, spoil: str) -> str:
    physics = Sums(by_numpy, spoil)
    v = normal_like(physics.A(X), seeded(1))
    return explain_adjoint(physics, X, v, physics.A_adjoint(v))


def test_places_are_found_with_and_without_derivatives() -> None:
    for by_numpy in (True, False):
        assert "in rows 3-4 of 12" in told(by_numpy, "rows")
        assert "in channels 1 of 3" in told(by_numpy, "channel")
        assert "in all columns, rows and channels" in told(by_numpy, "all")


def test_usual_mistakes_are_named() -> None:
    assert "A_adjoint gives zero" in told(False, "zero")
    assert "rows and columns exchanged" in told(False, "transposed")


class Turned(LinearPhysics):
    """Turns the phase; the adjoint turns it the same way."""

    def A(self, x: Tensor) -> Tensor:
        return x * torch.exp(1j * torch.linspace(0, 3, x.shape[-1]))

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.A(y)


def test_a_missing_conjugate_is_told() -> None:
    x = torch.complex(X, X.flip(0))
    v = normal_like(x, seeded(1))
    assert "A_adjoint is A itself" in explain_adjoint(Turned(), x, v, Turned().A(v))
