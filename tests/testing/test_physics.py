from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage.physics import Denoising, GaussianNoise, Inpainting, Physics
from preimage.physics.noise import Noise
from preimage.testing import check_physics

X = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))


class Weighted(Physics):
    """A sound non-linear physics with one gain per image."""

    def __init__(self, gain: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.gain = gain

    def A(self, x: Tensor) -> Tensor:
        return self.gain.reshape(-1, 1, 1, 1).to(x.dtype) * x.square()


class InPlace(Denoising):
    def A(self, x: Tensor) -> Tensor:
        return x.mul_(2)


class Counting(Denoising):
    def A(self, x: Tensor) -> Tensor:
        self.__dict__["calls"] = self.__dict__.get("calls", 0) + 1
        return 1 * x


class Caching(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        self.mask.mul_(1.5)
        return self.mask * x


class Centred(Denoising):
    def A(self, x: Tensor) -> Tensor:
        return x - x.mean()


class Single(Denoising):
    def A(self, x: Tensor) -> Tensor:
        return x.float()


class Random(Denoising):
    def A(self, x: Tensor) -> Tensor:
        return x + torch.randn_like(x)


class WrongPullback(Weighted):
    def pullback(self, x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        return self.A(x), lambda v: v


class Branching(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return x if bool((self.mask > 2).any()) else self.mask * x


class BadNoise(GaussianNoise):
    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + torch.randn_like(z)


def test_a_sound_physics_passes() -> None:
    check_physics(Weighted(torch.tensor([1.0, 2.0]), GaussianNoise(0.1)), X.clone())


@pytest.mark.parametrize(
    ("physics", "message"),
    [
        (InPlace(), "InPlace: A changed its argument"),
        (Counting(), "Counting: A added attributes to the object"),
        (Caching(torch.rand(4, 5)), r"Caching: A changed the object \(_buffers.mask\)"),
        (Centred(), "Centred: A of sample 0 alone, against the batch, differs by"),
        (Single(), "Single: the result after .to.float64. has dtype|Single: A of torch.float64"),
        (Random(), "Random: A used a global random generator"),
        (WrongPullback(torch.ones(2)), "WrongPullback: vjp, against autograd of A, differs by"),
        (Denoising(BadNoise(0.1)), "Denoising: forward used a global random generator"),
    ],
)
def test_unsound_ones_are_told(physics: Physics, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_physics(physics, X.clone())


def test_branches_on_values_break_vmap() -> None:
    with pytest.raises(RuntimeError, match="data-dependent control flow"):
        check_physics(Branching(torch.rand(4, 5)), X.clone())
