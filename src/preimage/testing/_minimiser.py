"""Whether a proximal point minimises its objective."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement as Tree
from preimage._tree import add, dot, leaves, norm, scale, subtract, tree_map
from preimage.testing._compare import normal_like, require, seeded


def require_minimiser(
    objective: Callable[[Tree], Tensor], point: Tree, start: Tree, tol: float, subject: object, what: str
) -> None:
    """Require that no perturbation of ``point`` lowers ``objective`` by more than ``tol`` of its fall from ``start``.

    Perturbations: random directions, the way back to ``start``, and shrinking, at sizes from 1e-4 to 1 of the point.
    """
    best = objective(point)
    require(bool(best.isfinite().all()), subject, f"{what}: the objective is {best.tolist()} at the proximal point")
    # An objective in float32 knows its own value to a few epsilons only.
    slack = tol * (objective(start) - best).abs() + 50 * torch.finfo(best.dtype).eps * best.abs()
    size = norm(point) + norm(subtract(start, point))
    rng = seeded(7)
    directions = [subtract(start, point), tree_map(torch.neg, point)]
    directions += [normal_like(point, rng) for _ in range(20)]
    for direction in directions:
        length = norm(direction)
        unit = scale(torch.where(length > 0, size / torch.where(length > 0, length, 1), 0), direction)
        for distance in (1.0, 0.1, 0.01, 1e-3, 1e-4):
            for sign in (1, -1):
                value = objective(add(point, scale(sign * distance, unit)))
                gain = best - value
                lower = bool((gain > slack).any())
                require(
                    not lower, subject, f"{what} is no minimiser: a step of {distance} lowers it by {gain.tolist()}"
                )


def distance(a: Tree, b: Tree) -> Tensor:
    """``1/2 ||a - b||^2`` of each sample."""
    gap = subtract(a, b)
    return 0.5 * dot(gap, gap)


def count(tree: Tree) -> int:
    """Return the number of samples."""
    return leaves(tree)[0].shape[0]
