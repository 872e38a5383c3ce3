import pytest
import torch
from torch import nn

from preimage.optim import PGD, Tikhonov, Variational
from preimage.reconstructor import Reconstructor
from preimage.testing import check_reconstructor
from tests.example import deblurring, random

PHYSICS = deblurring()
Y = PHYSICS.A(random(2, 3, 5, 7))


class Back(Reconstructor):
    """The adjoint, times a number."""

    def __init__(self, factor: float = 1.0) -> None:
        super().__init__()
        self.factor = factor
        self.calls = [0]
        self.body = nn.Sequential(nn.Conv2d(3, 3, 1))

    def forward(self, y, physics):
        return self.factor * self.body.forward(physics.A_adjoint(y))  # pyright: ignore


class Meeting(Back):
    def forward(self, y, physics):
        return super().forward(y, physics) - y.mean()


class Counting(Back):
    def forward(self, y, physics):
        physics.noise.__dict__["calls"] = len(physics.noise.__dict__)
        return super().forward(y, physics)


class InPlace(Back):
    def forward(self, y, physics):
        return super().forward(y.mul_(2), physics)


class Chance(Back):
    def forward(self, y, physics):
        return super().forward(y, physics) + torch.rand(1)


class Single(Back):
    def forward(self, y, physics):
        return super().forward(y, physics) + 1e-2 * (y.dtype == torch.float32)


class Forgetful(Back):
    def replace(self, **changes):
        return type(self)(changes.get("factor", self.factor))


class Halving(Back):
    def __init__(self, factor: float = 1.0) -> None:
        super().__init__(factor / 2)


@pytest.mark.parametrize("model", [Back(2.0), Variational(PGD(), Tikhonov(1.0), max_steps=5, tol=None)])
def test_a_reconstructor_passes(model):
    check_reconstructor(model, Y.clone(), PHYSICS)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Meeting(), "of one sample, against the batch"),
        (Counting(), "added attributes"),
        (InPlace(), "changed its argument"),
        (Chance(), "global random generator"),
        (Single(), "against float64"),
        (Forgetful(), "loses parameters or buffers"),
        (Halving(), "loses the field `factor`"),
    ],
)
def test_faults_are_found(model, message):
    with pytest.raises(AssertionError, match=f"^({type(model).__name__}|BlurFFT): .*{message}"):
        check_reconstructor(model, Y.clone(), deblurring())
