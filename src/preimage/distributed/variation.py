"""The steps of total-variation denoising of sharded images."""

import torch
from torch import Tensor

from preimage._worker import Worker
from preimage.transform import divergence, gradient, group_axes, group_length, group_sum

__all__ = ["ShardedSteps"]


class ShardedSteps(Worker):
    """:class:`preimage.kernels.variation.rof.RofSteps` by operations that sharded tensors have.

    A step sends one row for the gradient and one for the divergence; a gap sends some numbers.
    """

    def __init__(self, x: Tensor, isotropic: bool, relaxation: float) -> None:
        self.x, self.u, self.relaxation = x, x, relaxation
        self.q = torch.zeros_like(gradient(x))
        self.axes = group_axes(True, isotropic)  # the channels of a problem share a length

    def step(self, t: float) -> None:
        """One relaxed primal-dual step with primal step size ``t``."""
        self._moved(t)

    def step_and_gap(self, t: float) -> tuple[Tensor, Tensor]:
        """The same step; the primal point that it made before relaxation, and its duality gap over its objective."""
        u, new = self._moved(t)
        slope, offset = gradient(u), u - self.x
        length = group_length(slope, self.axes)
        along = group_sum(slope * new, self.axes)
        objective = _sum(length) + _sum(offset.square()) / 2
        gap = _sum(length - along) + _sum((offset - divergence(new)).square()) / 2
        return u, torch.where(gap > 0, gap / objective, gap)

    def _moved(self, t: float) -> tuple[Tensor, Tensor]:
        """A step; the primal and the dual point before relaxation."""
        s = 1 / (4 * (self.x.ndim - 2) * t)
        ascent = self.x + divergence(self.q)
        u = torch.lerp(self.u, ascent, t / (1 + t))
        new = self.q + s * gradient(torch.lerp(self.u, ascent, 2 * t / (1 + t)))
        new = new * group_sum(new.square(), self.axes).clamp_min(1).rsqrt()
        self.u = torch.lerp(self.u, ascent, self.relaxation * t / (1 + t))
        self.q = torch.lerp(self.q, new, self.relaxation)
        return u, new


def _sum(x: Tensor) -> Tensor:
    return x.flatten(1).sum(1)
