"""The total-variation denoising problem and its solver."""

import math

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.solve import LinearSolution, cg, checked
from preimage.solve.implicit import attach_pullback
from preimage.transform import divergence, gradient, group_length

__all__ = ["as_image", "as_problems", "group_axes", "group_sum", "no_problems", "rof", "total_variation"]

_RELAXATION = 1.8  # of the primal-dual step; 2 would be the reflection
_CONVEXITY = 0.7  # of 1/2 ||u - x||^2, which is 1; less is what the acceleration uses
_CHUNK = 1 << 17  # pixels worked on at a time on a CPU, so that the dozen work arrays stay in the cache


def total_variation(x: Tensor, coupled: bool = False, isotropic: bool = True) -> Tensor:
    """``sum_i |(grad x)_i|``, (B,): Euclidean norm over the directions where ``isotropic``, else their sum.

    The norm is also over the channels where ``coupled``. Its derivative is zero where the gradient is.
    """
    return group_length(gradient(x), group_axes(coupled, isotropic)).flatten(1).sum(1)


def group_axes(coupled: bool, isotropic: bool) -> tuple[int, ...]:
    """The axes of a gradient (B, C, n, ...) over which one length is taken."""
    return (1,) * coupled + (2,) * isotropic


def group_sum(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """``x`` summed over ``axes``, which stay as ones; none of them leaves it as it is."""
    return x.sum(axes, keepdim=True) if axes else x


def rof(
    x: Tensor,
    weight: float | Tensor,
    coupled: bool = False,
    tol: float = 1e-4,
    max_steps: int = 2000,
    isotropic: bool = True,
) -> LinearSolution:
    r"""``argmin_u 1/2 ||u - x||^2 + weight * TV(u)``, every sample (every channel unless ``coupled``) on its own.

    Accelerated, over-relaxed primal-dual steps; a problem stops when its duality gap is at most ``tol`` times its
    objective, which bounds ``1/2 ||u - u*||^2`` by the same number. Gradients reach ``x`` and ``weight`` by the
    implicit function theorem at the solution, not through the iterations (first order only); there ``|grad u|`` is
    smoothed at three thousandths (where not ``isotropic``, 1e-5) of the root mean square of ``|grad x|``,
    because TV has no second derivative at zero.

    Args:
        x: (B, C, H, W) or (B, C, D, H, W), real or complex; a complex image has real and imaginary part coupled.
        weight: >= 0, a float or (B,).
        coupled: one gradient norm over all channels (edges align in them), or one for each channel.
        tol: relative duality gap; below 1e-6 float32 may not reach it.
        max_steps: the most steps.
        isotropic: TV sums the lengths of the gradients, or else the moduli of their components.

    Source: Rudin, Osher, Fatemi 1992; Chambolle & Pock 2011, algorithm 2; the over-relaxation is that of Condat 2013,
    used here with the steps of algorithm 2, on the strength of the gap.
    """
    tau = per_image(weight, x)
    if not len(x):
        return LinearSolution(x.clone(), *no_problems(x))
    with torch.no_grad():
        problems = as_problems(x / tau.clamp_min(torch.finfo(tau.dtype).tiny), coupled)
        count = max(1, _CHUNK // max(1, problems[0].numel())) if x.device.type == "cpu" else len(problems)
        parts = [_solve(_Work(chunk, isotropic), tol, max_steps) for chunk in problems.split(count)]
        u, steps, gap = (torch.cat(items) for items in zip(*parts, strict=True))
        u = torch.where(tau > 0, tau * as_image(u, x), x)
        steps, gap = (item.reshape(x.shape[0], -1).amax(1) for item in (steps, gap))
        # Where nothing is asked for, or x is constant up to rounding, u is x, and the relative gap says nothing.
        rounding = 8 * torch.finfo(gap.dtype).eps * x.abs().flatten(1).sum(1)
        solved = (tau.flatten() <= 0) | (total_variation(x, coupled, isotropic) <= rounding)
        gap = torch.where(solved, 0, gap)
    return _attach_gradient(LinearSolution(u, steps, gap <= tol, gap), x, tau, group_axes(coupled, isotropic))


def no_problems(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Steps, convergence and gap of an empty batch."""
    none = x.real.new_zeros(0)
    return none.long(), none.bool(), none


def as_problems(x: Tensor, coupled: bool) -> Tensor:
    """(problems, channels that share a gradient norm, ...), real and contiguous."""
    x = torch.view_as_real(x).movedim(-1, 2) if x.is_complex() else x.unsqueeze(2)
    return (x.flatten(1, 2) if coupled else x.flatten(0, 1)).contiguous()


def as_image(u: Tensor, x: Tensor) -> Tensor:
    """The image like ``x`` that :func:`as_problems` would take apart as ``u``."""
    if not x.is_complex():
        return u.reshape(x.shape)
    parts = u.reshape(*x.shape[:2], 2, *x.shape[2:]).movedim(2, -1)
    return torch.view_as_complex(parts.contiguous())


def _solve(work: "_Work", tol: float, max_steps: int) -> tuple[Tensor, Tensor, Tensor]:
    """Solution, steps and relative gap of ``min_u 1/2 ||u - x||^2 + TV(u)``; a problem that is done stays as it is."""
    x = work.x
    best, taken = x, torch.zeros(len(x), dtype=torch.int64, device=x.device)
    gap = torch.full((len(x),), math.inf, dtype=x.dtype, device=x.device)
    t, check = 1.0, 5
    for step in range(1, max_steps + 1):
        if step < check and step < max_steps:
            work.step(t)
        else:
            check = step + max(5, step // 8)
            u, now = work.step_and_gap(t)
            open_ = ~(gap <= tol)
            best = torch.where(open_.reshape(-1, *(1,) * (x.ndim - 1)), u, best)
            taken, gap = torch.where(open_, step, taken), torch.where(open_, now, gap)
            if bool((gap <= tol).all()):
                break
        t /= math.sqrt(1 + 2 * _CONVEXITY * t)
    return best, taken, gap


class _Work:
    """The iteration's arrays, written in place, and the shifted views of them, made once.

    The dual variables ``q[d]`` have one slice of zeros before and after along axis ``d``, so that the divergence is
    one subtraction. ``image[d]`` is the part of ``q[d]`` that lies on the image (its last slice is always zero).
    """

    def __init__(self, x: Tensor, isotropic: bool) -> None:
        self.x, self.u = x, x.clone()
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
        """The same step, the primal point it made before relaxation, and its duality gap over its objective."""
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
        self.u.lerp_(self.ascent, _RELAXATION * t / (1 + t))

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
            image.lerp_(new, _RELAXATION)

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


def _attach_gradient(solution: LinearSolution, x: Tensor, tau: Tensor, axes: tuple[int, ...]) -> LinearSolution:
    r"""From ``u = x + tau div n`` with ``n = grad u / |grad u|``: ``(I - tau div W grad) du = dx + dtau div n``.

    ``W = (I - n n^T) / |grad u|``, with the smoothed norm.
    """
    if not (torch.is_grad_enabled() and (x.requires_grad or tau.requires_grad)):
        return solution
    with torch.no_grad():
        slopes = gradient(solution.x)
        power = group_sum(gradient(x).abs().square(), axes).flatten(1).mean(1)
        smoothing = torch.where(power > 0, (1e-5 if 2 in axes else 1e-10) * power, 1).reshape(
            -1, *(1,) * (slopes.ndim - 1)
        )
        length = (group_sum(slopes.abs().square(), axes) + smoothing).sqrt()
        normal = slopes / length
        fixed = tau.detach()
        curvature = torch.where(fixed > 0, (solution.x - x) / fixed.where(fixed > 0, 1), 0)  # div n, also where n jumps

    def apply(v: Tensor) -> Tensor:
        change = gradient(v)
        along = group_sum((normal.conj() * change).real, axes)
        return v - fixed * divergence((change - normal * along) / length)

    def pull(g: Tensor) -> list[Tensor]:
        return [checked(cg(apply, g, tol=1e-5), "The gradient through TV denoising", "smooth less strongly")]

    return attach_pullback(solution, pull, [x + tau * curvature])
