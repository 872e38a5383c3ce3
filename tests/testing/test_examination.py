"""What is wrong with an object is named, each fault by the property that it breaks."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import Tensor

import preimage.testing.physics
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.functional import AutodiffSmooth
from preimage.metric import MSE
from preimage.optim import MLEM, PGD, Tikhonov
from preimage.physics import Demosaicing, GaussianNoise, Inpainting, LinearPhysics, Physics
from preimage.physics.generators import ParameterGenerator
from preimage.reconstructor import Reconstructor
from preimage.testing import Fault, examine
from tests.example import random

X = random(2, 3, 13, 12, seed=2, low=0.05)
MASK = random(13, 12, seed=3, low=0.3)


class Differences(LinearPhysics):
    """Right: each pixel less half of its left neighbour."""

    def A(self, x: Tensor) -> Tensor:
        return x - 0.5 * x.roll(1, -1)

    def A_adjoint(self, y: Tensor) -> Tensor:
        return y - 0.5 * y.roll(-1, -1)


class Itself(Differences):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.A(y)


class Doubled(Differences):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return 2 * y - y.roll(-1, -1)


class Displaced(Differences):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return y.roll(1, -2) - 0.5 * y.roll((1, -1), (-2, -1))


class Mirrored(Inpainting):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return (self.mask * y).flip(-1)


class Border(Differences):
    def A_adjoint(self, y: Tensor) -> Tensor:
        back = y - 0.5 * y.roll(-1, -1)
        return torch.cat([back[..., :-1], y[..., -1:]], -1)


class Inverse(Inpainting):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return y / self.mask


class Mixes(Differences):
    def A(self, x: Tensor) -> Tensor:
        return x - x.mean(0, keepdim=True)

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.A(y)


class Counts(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        self.calls = x.sum()
        return self.mask * x


class Overwrites(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            x *= 1.5
        return self.mask * x


class WrongNorm(Inpainting):
    def norm(self, like: Tensor) -> Tensor:
        return 0.7 * self.mask.abs().max().reshape(1)


class LargeNorm(Inpainting):
    def norm(self, like: Tensor) -> Tensor:
        return 1.3 * self.mask.abs().max().reshape(1)


class DropsDouble(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return self.mask.float() * x.float()


class Global(Inpainting):
    def forward(self, x: Tensor, rng: torch.Generator | None = None, **params: object) -> Tensor:
        return self.A(x) + 0.1 * torch.randn(x.shape)


class Unseeded(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return self.mask * x + 0.01 * torch.from_numpy(np.random.default_rng().standard_normal(x.shape)).to(x)


class Undefined(LinearPhysics):
    def A(self, x: Tensor) -> Tensor:
        return 2 * x


class Renames(LinearPhysics):
    def __init__(self, factor: float = 2.0) -> None:
        super().__init__()
        self.times = factor

    def A(self, x: Tensor) -> Tensor:
        return self.times * x

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.times * y


class Affine(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return self.mask * x + 0.1


class WrongDagger(Inpainting):
    def A_dagger(self, y: Tensor) -> Tensor:
        return y / (self.mask + 0.1)


class LongDagger(LinearPhysics):
    """Its measurement is the sum of the channels; its solution is one of least squares, but not the shortest."""

    def A(self, x: Tensor) -> Tensor:
        return x.sum(1, keepdim=True)

    def A_adjoint(self, y: Tensor) -> Tensor:
        return y.expand(-1, 3, -1, -1)

    def A_dagger(self, y: Tensor) -> Tensor:
        return torch.cat([y, torch.zeros_like(y), torch.zeros_like(y)], 1)


class FirstLevel(Inpainting):
    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        return b / (self.mask.square() + (rho[0] if isinstance(rho, Tensor) else rho))


class Hides(Inpainting):
    def seen(self, y: Tensor) -> Tensor:
        return self.mask > 0.5


class Detached(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return self.mask * x.detach()


class Frozen(LinearPhysics):
    """What it computes in its constructor is not told by ``derive``."""

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.mask = mask
        self._squares = mask.square()

    def A(self, x: Tensor) -> Tensor:
        return self._squares.to(x.dtype) * x

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.A(y)


class Raises(Inpainting):
    def A_adjoint(self, y: Tensor) -> Tensor:
        raise RuntimeError("no adjoint yet")


class WrongSlope(Physics):
    """``A(x) = x^2`` with a derivative of its own."""

    def A(self, x: Tensor) -> Tensor:
        return x.square()

    def vjp(self, x: Tensor, v: Tensor) -> Tensor:
        return x * v


WRONG: list[tuple[Physics, str, str]] = [
    (Itself(), "adjoint", "A_adjoint is A itself"),
    (Doubled(), "adjoint", "A_adjoint is 2 times the adjoint"),
    (Displaced(), "adjoint", "the adjoint displaced by 1 rows and 0 columns"),
    (Mirrored(MASK), "adjoint", "the adjoint with its columns in reverse"),
    (Border(), "adjoint", "in columns 11 of 12"),
    (Inverse(MASK), "adjoint", "A_adjoint is an inverse of A"),
    (Mixes(), "independence", "A of sample 0 alone, against the batch, differs"),
    (Counts(MASK), "untouched", "A added attributes to the object"),
    (Overwrites(MASK), "untouched", "A changed its argument"),
    (WrongNorm(MASK), "norm", "but A makes some images"),
    (LargeNorm(MASK), "norm", "but A makes no image more than"),
    (DropsDouble(MASK), "precision", "A of torch.float64 on cpu is torch.float32"),
    (Global(MASK), "random numbers", "used a global random generator; draw from `rng`"),
    (Unseeded(MASK), "repeatable", "A, called again, differs by up to"),
    (Undefined(), "adjoint", "A_adjoint is not defined"),
    (Renames(), "independence", "has no attribute 'factor'"),
    (Affine(MASK), "linearity", "A(a x + z)"),
    (WrongDagger(MASK), "pseudo-inverse", "no least-squares solution"),
    (LongDagger(), "pseudo-inverse", "not the shortest solution"),
    (FirstLevel(MASK), "shifted solve", "one rho per sample"),
    (Hides(MASK), "seen", "leaves out entries that A reaches"),
    (Detached(MASK), "automatic differentiation", "A loses the gradient"),
    (Frozen(MASK), "copies", "after loading state_dict"),
    (Raises(MASK), "adjoint", "RuntimeError in A_adjoint, line"),
    (WrongSlope(), "derivative", "vjp, against autograd of A,"),
]


@pytest.mark.parametrize(("physics", "name", "told"), WRONG, ids=[type(wrong).__name__ for wrong, _, _ in WRONG])
def test_a_wrong_operator_is_named(physics: Physics, name: str, told: str) -> None:
    found = examine(physics, X.clone())
    told_of = {fault.property: str(fault) for fault in found.faults}
    assert told in told_of[name], told_of
    assert "\n" not in told_of[name]
    assert "; look whether " in told_of[name]
    assert name not in (*found.held, *found.unknown)


def test_what_is_right_has_no_faults() -> None:
    for right in (Differences(), Inpainting(MASK), Inpainting(MASK > 0.6)):
        found = examine(right, X)
        assert found.faults == ()
        assert found.unknown == ()
        assert {"adjoint", "norm", "independence", "pseudo-inverse", "untouched"} <= set(found.held)


def test_compilation_is_tried_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_compiled(function: object, x: Tensor, subject: object, what: str) -> None:
        raise AssertionError(f"{what} breaks the graph")

    monkeypatch.setattr(preimage.testing.physics, "check_compiled", check_compiled)  # which takes seconds
    assert examine(Inpainting(MASK), X).faults == ()
    assert str(examine(Inpainting(MASK), X, compiled=True).faults[0]).startswith("compiled A: A breaks the graph")


@pytest.mark.parametrize("physics", [Unseeded(MASK), Undefined(), Mixes(), Overwrites(MASK), Renames()])
def test_one_fault_is_told_once(physics: Physics) -> None:
    assert len(examine(physics, X.clone()).faults) == 1


def test_what_follows_from_a_fault_is_not_held_against_it() -> None:
    found = examine(Doubled(), X)
    assert [fault.property for fault in found.faults] == ["adjoint"]
    assert {"norm", "pseudo-inverse", "shifted solve", "derivative"} <= set(found.unknown)


class TooQuiet(GaussianNoise):
    def nll(self, z: Tensor, y: Tensor) -> Tensor:
        return 2 * super().nll(z, y)

    def grad(self, z: Tensor, y: Tensor) -> Tensor:
        return 2 * super().grad(z, y)

    def prox(self, z: Tensor, y: Tensor, step: float | Tensor) -> Tensor:
        return super().prox(z, y, 2 * step)

    def conjugate(self, u: Tensor, y: Tensor) -> Tensor:
        return 2 * super().conjugate(u / 2, y)


class WrongScore(GaussianNoise):
    def grad(self, z: Tensor, y: Tensor) -> Tensor:
        return super().grad(y, z)


class GlobalNoise(GaussianNoise):
    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + 0.1 * torch.randn(z.shape, dtype=z.dtype)


class WrongGradient(AutodiffSmooth):
    def value(self, x: Tensor) -> Tensor:
        return x.square().flatten(1).sum(1)

    forward = value

    def grad(self, x: Tensor) -> Tensor:
        return x


class WrongProx(Tikhonov):
    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        return 0.3 * super().prox(x, step)


class Normalises(Denoiser):
    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return x / x.max()


@dataclass(frozen=True)
class Stuck(PGD):
    def step(self, f, g, state):
        return replace(super().step(f, g, state), k=state.k)


class Average(MSE):
    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        return super().forward(x_hat, x).mean().expand(len(x))


class Random(Reconstructor):
    def forward(self, y: Tensor, physics: Physics) -> Tensor:
        return y + torch.rand(y.shape)


class GlobalGenerator(ParameterGenerator):
    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        return {"sigma": torch.rand((), dtype=torch.float64)}


OTHERS = [
    (TooQuiet(0.1), "law", "likelihood ratio"),
    (WrongScore(0.1), "likelihood", "grad, against autograd of nll,"),
    (GlobalNoise(0.1), "sample", "used a global random generator"),
    (WrongGradient(), "gradient", "grad, against autograd of the value,"),
    (WrongProx(1.0), "prox", "is no minimiser"),
    (Normalises(), "denoiser", "the result of one sample, against the batch,"),
    (Stuck(), "algorithm", "a step moves the counter from 0 to 0"),
    (Average(), "metric", "the score of one image, against the batch,"),
    (Random(), "reconstructor", "used a global random generator"),
    (GlobalGenerator(), "generator", "used a global random generator"),
]


@pytest.mark.parametrize(("value", "name", "told"), OTHERS, ids=[type(wrong).__name__ for wrong, _, _ in OTHERS])
def test_other_wrong_objects_are_named(value: object, name: str, told: str) -> None:
    told_of = {fault.property: str(fault) for fault in examine(value, X).faults}
    assert told in told_of[name], told_of


@pytest.mark.parametrize("value", [GaussianNoise(0.1), Tikhonov(1.0), PGD(), MSE()])
def test_other_right_objects_have_no_faults(value: object) -> None:
    found = examine(value, X)
    assert found.faults == ()
    assert found.held


def test_what_cannot_be_checked_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="`value` must be one of Physics, Noise"):
        examine(object(), X)
    with pytest.raises(ShapeError):
        examine(Demosaicing("RGGB"), X[:, :1])
    with pytest.raises(CapabilityError):
        examine(MLEM(), X)


def test_a_fault_is_one_line() -> None:
    assert str(Fault("norm", "it is\n  wrong", "it is right")) == "norm: it is wrong; look whether it is right."
    assert str(Fault("norm", "it is wrong", "")) == "norm: it is wrong."
