"""Broyden's method with limited memory."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._tree import dot
from preimage.solve.vectors import from_vectors, to_vectors

__all__ = ["Broyden"]


@dataclass(frozen=True)
class Broyden:
    r"""Broyden's "good" method for ``r(x) = f(x) - x = 0``: ``x <- x + B r(x)`` with ``B = I + sum_i u_i v_i^T``.

    ``-B`` approximates the inverse of the Jacobian of ``r``; after a step ``s``, on which ``r`` changed by ``y``, the
    least change with ``B y = -s`` has ``v = B^T s`` and ``u = -(s + B y) / <s, B y>``. A full memory is emptied. Where
    a point is not finite, or its residual exceeds ``safeguard`` times that of the point before, the sample goes on
    with the plain step from there instead, with an empty memory.

    Args:
        memory: how many terms the sum may have, >= 1; each keeps two copies of the unknown.
        safeguard: largest ratio of the residuals of two points in succession, > 0; the method is not monotone.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Broyden 1965; limited memory: Kelley 1995, section 7.3.
    """

    memory: int = 10
    safeguard: float = 10.0

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("memory", self.memory, "10 is the default")
        check_level("safeguard", self.safeguard, "10 is the default")

    @dataclass(frozen=True)
    class State:
        """The last accepted point and what led on from it.

        Attributes:
            x: the image ``f`` of the last accepted point.
            point: where ``f`` is evaluated next.
            change: ``f - x`` at the last accepted point, (B, n).
            left, right: ``u_i`` and ``v_i``, (B, memory, n); zero where there are none yet.
            count: how many there are, (B,).
            residual: the norm of ``change``, (B,).
        """

        x: Tensor
        point: Tensor
        change: Tensor
        left: Tensor
        right: Tensor
        count: Tensor
        residual: Tensor

    def init(self, x: Tensor) -> State:
        """Start from ``x`` with ``B = I``."""
        vectors = to_vectors([x])
        empty = vectors.new_zeros(vectors.shape[0], self.memory, vectors.shape[1])
        unknown = torch.full_like(vectors[:, 0], torch.inf)
        return self.State(x, x, torch.zeros_like(vectors), empty, empty, torch.zeros_like(unknown).long(), unknown)

    def step(self, function: Callable[[Tensor], Tensor], state: State) -> State:
        """One evaluation of ``function``, one update of ``B``, one move."""
        image = function(state.point)
        point, target = to_vectors([state.point]), to_vectors([image])
        change = target - point
        residual = torch.linalg.vector_norm(change, dim=1)
        # A plain step is never on trial: without terms there is nothing to blame.
        accepted = (state.count == 0) | (residual <= self.safeguard * state.residual)
        left, right, count = self._update(point, change, state)
        move = change + _terms(left, right, change)
        sound = accepted & move.isfinite().all(1)
        left, right = (torch.where(sound[:, None, None], term, 0) for term in (left, right))
        old = to_vectors([state.x])
        following = torch.where(sound[:, None], point + move, torch.where(accepted[:, None], target, old))
        return self.State(
            torch.where(accepted.reshape(-1, *(1,) * (image.ndim - 1)), image, state.x),
            from_vectors(following, [image])[0],
            torch.where(accepted[:, None], change, state.change),
            left,
            right,
            torch.where(sound, count, 0),
            torch.where(accepted, residual, state.residual),
        )

    def _update(self, point: Tensor, change: Tensor, state: State) -> tuple[Tensor, Tensor, Tensor]:
        """The terms of ``B`` and their number after the step to ``point``, where ``r`` is ``change``."""
        room = state.count < self.memory
        left, right = (torch.where(room[:, None, None], term, 0) for term in (state.left, state.right))
        count = torch.where(room, state.count, 0)
        s = point - (to_vectors([state.x]) - state.change)
        y = change - state.change
        mapped = y + _terms(left, right, y)
        slope = dot(s, mapped)
        # The first point has no step behind it, and a step across which the slope vanishes says nothing.
        small = 10 * torch.finfo(slope.dtype).eps * torch.linalg.vector_norm(s, dim=1)
        useful = state.residual.isfinite() & (slope.abs() > small * torch.linalg.vector_norm(mapped, dim=1))
        u = -(s + mapped) / torch.where(useful, slope, 1)[:, None]
        v = s + _terms(right, left, s)
        slot = (torch.arange(self.memory, device=count.device) == count[:, None]) & useful[:, None]
        left = torch.where(slot[..., None], u[:, None], left)
        right = torch.where(slot[..., None], v[:, None], right)
        return left, right, count + useful


def _terms(left: Tensor, right: Tensor, vectors: Tensor) -> Tensor:
    """``sum_i u_i <v_i, w>`` for ``vectors`` ``w`` (B, n)."""
    return torch.einsum("bin,bi->bn", left, torch.einsum("bin,bn->bi", right, vectors))
