"""A primal step size from the scales of the image and of the dual variable."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import leaves, subtract
from preimage.functional import LinearlyComposed

__all__ = ["balanced"]

_MOVE = 0.01  # of ||K x||: short enough for a prox to move along the gradient, long enough for single precision


def balanced(term: LinearlyComposed, x: Tensor, slope: Tensor) -> Tensor:
    """``t = ||x - mean x|| / (10 ||K|| ||u||)`` with ``u`` a subgradient of ``h`` at ``K x``: (B,).

    The error bound ``||x - x_0||^2 / t + t ||K||^2 ||u - u_0||^2`` of primal-dual methods is least where its parts are
    equal, and an image is taken to move by a tenth of its contrast. The subgradient is ``(K x - prox_{e h}(K x)) / e``
    for an ``e`` with which the prox moves by a hundredth of ``||K x||``; where there is none (a constant ``x``, an
    indicator), ``t`` is ``10 / slope`` with the curvature ``slope`` of the data term, or ``1 / ||K||`` if that is zero.
    Gradients flow through all of it: the start depends on the measurement and the physics.
    """
    z, size = term.linear(x), term.linear_norm(x)
    otherwise = 1 / torch.where(slope > 0, slope / 10, size.where(size > 0, 1))
    target, e = _MOVE * _norm(z), otherwise * x.real.new_ones(x.shape[0])
    moved = torch.zeros_like(target)
    for attempt in range(5):
        e = e * (target / moved.where(moved > 0, 1)).clamp(_MOVE, 1 / _MOVE) if attempt else e
        moved = _norm(subtract(z, term.outer_prox(z, e)))
    contrast = _norm(x - per_image(x.flatten(1).mean(1), x))
    found = (size * contrast > 0) & (moved > target / 2) & (moved < 2 * target)
    return torch.where(found, e * contrast / (10 * size * moved).where(found, 1), otherwise)


def _norm(tree: object) -> Tensor:
    parts = [torch.linalg.vector_norm(leaf.flatten(1), dim=1) for leaf in leaves(tree)]
    return torch.linalg.vector_norm(torch.stack(parts), dim=0)
