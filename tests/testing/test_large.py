import pytest
import torch
from torch import Tensor

from preimage.physics import Inpainting, LinearPhysics
from preimage.testing._properties import run_properties
from preimage.testing.large import large_properties
from tests.example import random

MASK = random(40, 30, seed=1)


class Pooled(LinearPhysics):
    """The mean of pairs of columns: no closed form of its own, and a null space."""

    def A(self, x: Tensor) -> Tensor:
        return (x[..., ::2] + x[..., 1::2]) / 2

    def A_adjoint(self, y: Tensor) -> Tensor:
        return y.repeat_interleave(2, -1) / 2


class WithNull(Inpainting):
    def A_dagger(self, y: Tensor) -> Tensor:
        return torch.where(self.mask == 0, 1.0, super().A_dagger(y))


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_right_ones_pass(dtype: torch.dtype) -> None:
    x = random(2, 1, 40, 30).to(dtype)
    for physics in (Pooled(), Inpainting(MASK), Inpainting(MASK > 0.5)):
        run_properties(large_properties(physics, x))


def test_a_solution_with_unseen_parts_is_told() -> None:
    with pytest.raises(AssertionError, match="not the shortest solution"):
        run_properties(large_properties(WithNull((MASK > 0.5).float()), random(2, 1, 40, 30)))
