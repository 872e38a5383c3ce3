"""Row and column sums of a matrix without negative entries, as weights of its residuals and corrections."""

from typing import Any

import torch
from torch import Tensor

from preimage._tree import subtract, tree_map
from preimage.errors import CapabilityError
from preimage.fidelity import Likelihood
from preimage.optim.algorithm.base import Algorithm
from preimage.physics import LinearPhysics

__all__ = ["correction", "inverse_sums"]


def inverse_sums(f: object, x: Tensor, algorithm: Algorithm) -> tuple[Tensor, Any]:
    """``C = 1 / (A^H 1)`` and ``R = 1 / (A 1)``, zero where the sum is."""
    if not isinstance(f, Likelihood) or not isinstance(f.physics, LinearPhysics):
        raise CapabilityError(
            f"the fidelity must be the likelihood of a linear physics for {type(algorithm).__name__}, got "
            f"{type(f).__name__}; choose another algorithm."
        )
    rows = f.physics.A(torch.ones_like(x))
    columns = f.physics.A_adjoint(tree_map(torch.ones_like, f.y))
    return _inverse(columns), tree_map(_inverse, rows)


def correction(f: Likelihood, weights: tuple[Tensor, Any], x: Tensor) -> Tensor:
    """``C A^H R (y - A x)``."""
    columns, rows = weights
    assert isinstance(f.physics, LinearPhysics)
    return columns * f.physics.A_adjoint(tree_map(torch.mul, rows, subtract(f.y, f.physics.A(x))))


def _inverse(sums: Tensor) -> Tensor:
    return torch.where(sums > 0, 1 / sums.where(sums > 0, 1), 0)  # whose derivative is zero, too, where the sum is
