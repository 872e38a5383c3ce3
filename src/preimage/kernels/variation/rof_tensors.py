"""The steps of total-variation denoising by tensor operations."""

import torch
from torch import Tensor

from preimage._worker import Worker

__all__ = ["TensorSteps"]


class TensorSteps(Worker):
    """The arrays of the iteration for problems (P, C, ...), written in place, and the shifted views of them, made once.

    The dual variables ``q[d]`` have one slice of zeros before and after along axis ``d``, so that the divergence is
    one subtraction. ``image[d]`` is the part of ``q[d]`` that lies on the image (its last slice is always zero).
    """

    def __init__(self, x: Tensor, isotropic: bool, relaxation: float) -> None:
        self.x, self.u, self.relaxation = x, x.clone(), relaxation
        self.ascent, self.ahead = torch.empty_like(x), torch.empty_like(x)
        self.factor = torch.empty_like(x[:, :1])
        self.axes = [(axis, x.shape[axis]) for axis in range(2, x.ndim)]
        self.new = [torch.zeros_like(x) for _ in self.axes]
        q = [x.new_zeros([n + (d == axis) for d, n in enumerate(x.shape)]) for axis, _ in self.axes]
        self.image = [part.narrow(axis, 1, n) for part, (axis, n) in zip(q, self.axes, strict=True)]
        self.before = [part.narrow(axis, 0, n) for part, (axis, n) in zip(q, self.axes, strict=True)]
        self.inner = [part.narrow(axis, 1, n - 1) for part, (axis, n) in zip(q, self.axes, strict=True)]
        self.new_inner = [part.narrow(axis, 0, n - 1) for part, (axis, n) in zip(self.new, self.axes, strict=True)]
        # The directions that share one length.
        directions = list(range(len(self.axes)))
        self.groups = [directions] if isotropic else [[d] for d in directions]
        self.low = [self.ahead.narrow(axis, 0, n - 1) for axis, n in self.axes]
        self.high = [self.ahead.narrow(axis, 1, n - 1) for axis, n in self.axes]

    def step(self, t: float) -> None:
        """One relaxed primal-dual step with primal step size ``t``."""
        self._primal(t)
        self._dual(t)
        self._relax()

    def step_and_gap(self, t: float) -> tuple[Tensor, Tensor]:
        """The same step; the primal point that it made before relaxation, and its duality gap over its objective."""
        before = self.u.clone()
        self._primal(t)
        u = torch.lerp(before, self.ascent, t / (1 + t))
        self._dual(t)
        gap = self._gap(u, before)
        self._relax()
        return u, gap

    def _primal(self, t: float) -> None:
        # v = prox(u + t div q) = u + t / (1 + t) (x + div q - u); `ahead` = 2 v - u; u <- u + relaxation (v - u).
        torch.sub(self.image[0], self.before[0], out=self.ascent)
        for image, before in zip(self.image[1:], self.before[1:], strict=True):
            self.ascent.add_(image).sub_(before)
        self.ascent.add_(self.x)
        torch.lerp(self.u, self.ascent, 2 * t / (1 + t), out=self.ahead)
        self.u.lerp_(self.ascent, self.relaxation * t / (1 + t))

    def _dual(self, t: float) -> None:
        # new = q + s grad(ahead), with s t ||grad||^2 = 1, then each vector of it shrunk into the unit ball.
        s = 1 / (4 * len(self.axes) * t)
        for new, inner, high, low in zip(self.new_inner, self.inner, self.high, self.low, strict=True):
            torch.add(inner, high, alpha=s, out=new).sub_(low, alpha=s)
        for group in self.groups:
            parts = [self.new[d].narrow(1, channel, 1) for d in group for channel in range(self.x.shape[1])]
            if len(parts) == 1:
                parts[0].clamp_(-1, 1)
                continue
            torch.mul(parts[0], parts[0], out=self.factor)
            for part in parts[1:]:
                self.factor.addcmul_(part, part)
            self.factor.clamp_min_(1).rsqrt_()
            for d in group:
                self.new[d].mul_(self.factor)

    def _relax(self) -> None:
        for image, new in zip(self.image, self.new, strict=True):
            image.lerp_(new, self.relaxation)

    def _gap(self, u: Tensor, scratch: Tensor) -> Tensor:
        # P(u) - D(p) = sum |grad u| - <grad u, p> + 1/2 ||u - x - div p||^2: a sum without cancellation.
        offset = torch.sub(u, self.x, out=scratch)
        distance = _sum(offset.square())
        variation, excess = torch.zeros_like(distance), torch.zeros_like(distance)
        for group in self.groups:
            square, correlation = torch.zeros_like(self.factor), torch.zeros_like(self.factor)
            for d in group:
                (axis, n), new, inner = self.axes[d], self.new[d], self.new_inner[d]
                slope = torch.zeros_like(u)
                torch.sub(u.narrow(axis, 1, n - 1), u.narrow(axis, 0, n - 1), out=slope.narrow(axis, 0, n - 1))
                square += slope.square().sum(1, keepdim=True)
                correlation += slope.mul_(new).sum(1, keepdim=True)
                offset.sub_(new).narrow(axis, 1, n - 1).add_(inner)
            length = square.sqrt_()
            variation += _sum(length)
            excess += _sum(length.sub_(correlation))
        objective = variation + distance / 2
        gap = excess + _sum(offset.square_()) / 2
        # At a constant image both are zero.
        return torch.where(gap > 0, gap / objective, gap)


def _sum(x: Tensor) -> Tensor:
    return x.flatten(1).sum(1)
