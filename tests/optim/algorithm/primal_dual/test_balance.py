import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.functional import LinearlyComposed
from preimage.optim.algorithm.primal_dual._balance import balanced
from tests.example import random


class Scaled(LinearlyComposed):
    """``weight ||factor x||_1``, taken apart."""

    def __init__(self, factor: float, weight: float) -> None:
        super().__init__()
        self.factor = factor
        self.weight = weight

    def linear(self, x: Tensor) -> Tensor:
        return self.factor * x

    def linear_norm(self, x: Tensor) -> Tensor:
        return x.new_full((1,), self.factor)

    def outer_prox(self, z: Tensor, step: float | Tensor) -> Tensor:
        return z.sign() * (z.abs() - per_image(step, z) * self.weight).clamp_min(0)


def test_both_parts_of_the_bound_are_equal() -> None:
    """A subgradient of ``weight ||z||_1`` has the norm ``weight sqrt(n)``."""
    x = 1 + random(3, 1, 4, 5).double()
    contrast = (x - x.flatten(1).mean(1)[:, None, None, None]).flatten(1).norm(dim=1)
    for scale in (1e-3, 1.0, 1e3):
        found = balanced(Scaled(2.0, 0.7 * scale), x, torch.zeros(1).double())
        torch.testing.assert_close(found, contrast / (10 * 2 * 0.7 * scale * 20**0.5))


def test_without_contrast_the_curvature_of_the_data_decides() -> None:
    x = torch.ones(2, 1, 4, 5).double()
    torch.testing.assert_close(
        balanced(Scaled(2.0, 1.0), x, torch.tensor([5.0, 0.0]).double()), torch.tensor([2.0, 0.5]).double()
    )
