"""The denoising problem of second-order total generalised variation, and its solver."""

import math

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers._staggered import (
    Field,
    bends,
    bends_adjoint,
    lengths,
    rescale,
    slopes,
    slopes_adjoint,
    window,
)
from preimage.denoisers.rof import as_image, as_problems, no_problems
from preimage.kernels.variation.tgv_loops import TgvLoops
from preimage.machine.compiler import can_compile
from preimage.solve import LinearSolution, cg, checked_solution
from preimage.solve.implicit import attach_pullback

__all__ = ["tgv_denoise", "tgv_value"]

_RELAXATION = 1.8  # of the primal-dual step; 2 would be the reflection
_STEPS = (0.5, 0.02)  # primal step, where the slopes of x are one on the average: at first, and at last
_CHUNK = 1 << 17  # pixels worked on at a time on a CPU, so that the work arrays stay in the cache


def tgv_denoise(
    x: Tensor, weight: float | Tensor, ratio: float, coupled: bool, tol: float, max_steps: int
) -> LinearSolution:
    r"""``argmin_u 1/2 ||u - x||^2 + weight * TGV(u)``, every sample (every channel unless ``coupled``) on its own.

    Over-relaxed primal-dual steps on ``u`` and the field ``w`` inside TGV together. A problem stops when its duality
    gap, at a dual point scaled to be feasible, is at most ``tol`` times its objective, which bounds
    ``1/2 ||u - u*||^2`` by the same number. Gradients reach ``x`` and ``weight`` by the implicit function theorem
    at the solution, first order only; lengths are smoothed there at three ten-thousandths of the root mean square of
    ``|grad x|``, because they have no second derivative at zero.

    Source: Bredies, Kunisch, Pock 2010; Condat 2013, algorithm 3.1.
    """
    if not len(x):
        return LinearSolution(x.clone(), *no_problems(x))
    problems = as_problems(x, coupled)
    tau = per_image(weight, x).expand(x.shape[0], *(1,) * (x.ndim - 1))
    tau = tau.repeat_interleave(len(problems) // max(1, len(x)), 0)  # one per problem
    with torch.no_grad():
        safe = tau.where(tau > 0, 1)
        u, w, _, taken, gap = _solve_all(problems / safe, ratio, tol, max_steps, fixed=False)
        u = torch.where(tau > 0, tau * u, problems)
        w = [tau * part for part in w]
        gap = gap.where(tau.flatten() > 0, 0)
        steps, gap = (item.reshape(x.shape[0], -1).amax(1) for item in (taken, gap))
    solution = LinearSolution(u, steps, gap <= tol, gap)
    if torch.is_grad_enabled() and (problems.requires_grad or tau.requires_grad):
        solution = _attach_gradient(solution, w, problems, tau, ratio)
    return LinearSolution(as_image(solution.x, x), steps, gap <= tol, gap)


def tgv_value(x: Tensor, ratio: float, coupled: bool, tol: float, max_steps: int) -> Tensor:
    r"""``TGV(x) = min_w sum_i |(G x - w)_i| + ratio * |(E w)_i|`` of each sample, (B,), at most ``1 + tol`` times it.

    Its gradient is ``G^T p`` with the dual point ``p`` the solver ends with, held (first order only).
    """
    if not len(x):
        return x.real.flatten(1).sum(1)
    problems = as_problems(x, coupled)
    with torch.no_grad():
        size = lengths(slopes(problems), problems).flatten(1).mean(1).reshape(-1, *(1,) * (x.ndim - 1))
        size = size.where(size > 0, 1)
        _, w, q, taken, gap = _solve_all(problems / size, ratio, tol, max_steps, fixed=True)
        told = ("The value of TGV", "raise `max_steps` or `tol`", "relative duality gap")
        w = checked_solution(LinearSolution(w, taken, gap <= tol, gap), *told)
        rest = [part - size * held for part, held in zip(slopes(problems), w, strict=True)]
        value = _sum(lengths(rest, problems)) + ratio * _sum(size * lengths(bends(w), problems))
        p = bends_adjoint(q, w)
        gradient = slopes_adjoint(rescale(p, _shrink(p, problems)), problems)
    value = value + _sum((problems - problems.detach()) * gradient)
    return value.reshape(x.shape[0], -1).sum(1)


def _solve_all(
    x: Tensor, ratio: float, tol: float, max_steps: int, fixed: bool
) -> tuple[Tensor, Field, Field, Tensor, Tensor]:
    """Image, field, dual variable ``q``, steps and relative gap of each problem."""
    count = max(1, _CHUNK // max(1, x[0].numel())) if x.device.type == "cpu" else len(x)
    iteration = _Iteration
    if x.ndim == 4 and x.numel() and can_compile(x):
        count, iteration = 1, _LoopIteration
    parts = [_solve(iteration(chunk, ratio, fixed), tol, max_steps) for chunk in x.split(count)]
    best, steps, gap = zip(*parts, strict=True)
    u, *fields = (torch.cat(part) for part in zip(*best, strict=True))
    n = x.ndim - 2
    return u, fields[:n], fields[n:], torch.cat(steps), torch.cat(gap)


def _solve(work: "_Iteration", tol: float, max_steps: int) -> tuple[list[Tensor], Tensor, Tensor]:
    """``u``, ``w`` and ``q`` in a list, steps and relative gap of each problem; one that is done stays as it is."""
    x = work.x
    best = [part.clone() for part in (work.u, *work.w, *work.q)]
    taken = torch.zeros(len(x), dtype=torch.int64, device=x.device)
    gap, check = work.gap(work.u, work.w, work.q), 10
    for step in range(1, max_steps + 1):
        if bool((gap <= tol).all()):
            break
        point = work.step(max(_STEPS[1], _STEPS[0] / step**0.5), step in (check, max_steps))
        if point is not None:
            check += max(10, step // 8)
            open_ = ~(gap <= tol)
            column = open_.reshape(-1, *(1,) * (x.ndim - 1))
            u, w, q = point
            best = [torch.where(column, new, old) for new, old in zip([u, *w, *q], best, strict=True)]
            taken, gap = torch.where(open_, step, taken), torch.where(open_, work.gap(*point), gap)
    return best, taken, gap


class _Iteration:
    r"""``min_{u, w} 1/2 ||u - x||^2 + |G u - w| + ratio |E w|``, with ``u = x`` where ``fixed``.

    Its dual variables are ``p``, of lengths at most one, and ``q``, of lengths at most ``ratio``.
    """

    def __init__(self, x: Tensor, ratio: float, fixed: bool) -> None:
        self.x, self.ratio, self.fixed = x, ratio, fixed
        self.u = x.clone()
        self.w = slopes(x)
        self.p = [torch.zeros_like(part) for part in self.w]
        self.q = [torch.zeros_like(part) for part in bends(self.w)]
        n = x.ndim - 2
        # The largest eigenvalue of [[4n, 2 sqrt(n)], [2 sqrt(n), 1 + 4n]] bounds ||(G, -I; 0, E)||^2.
        self.power = 1 + 4 * n if fixed else (8 * n + 1 + math.sqrt(16 * n + 1)) / 2
        slope = lengths(self.w, x).flatten(1).mean(1).reshape(-1, *(1,) * (x.ndim - 1))
        self.scale = slope.where(slope > 0, 1).sqrt()

    def step(self, size: float, keep: bool) -> tuple[Tensor, Field, Field] | None:
        """One primal-dual step; where ``keep``, ``u``, ``w`` and ``q`` before relaxation."""
        t, u = size * self.scale, self.u
        s = 1 / (self.power * t)
        if not self.fixed:
            u = torch.lerp(u, self.x - slopes_adjoint(self.p, self.x), t / (1 + t))
        pull = bends_adjoint(self.q, self.w)
        w = [torch.addcmul(w, part.neg_().add_(p), t) for w, p, part in zip(self.w, self.p, pull, strict=True)]
        ahead_w = [torch.lerp(old, new, 2.0) for old, new in zip(self.w, w, strict=True)]
        rise = slopes(torch.lerp(self.u, u, 2.0))
        p = [torch.addcmul(p, part.sub_(held), s) for p, part, held in zip(self.p, rise, ahead_w, strict=True)]
        q = [torch.addcmul(q, part, s) for q, part in zip(self.q, bends(ahead_w), strict=True)]
        p, q = self._project(p, 1.0), self._project(q, self.ratio)
        for old, new in zip([self.u, *self.w, *self.p, *self.q], [u, *w, *p, *q], strict=True):
            old.lerp_(new, _RELAXATION)
        return (u, w, q) if keep else None

    def gap(self, u: Tensor, w: Field, q: Field) -> Tensor:
        r"""The duality gap over the objective, with ``s q`` and ``p = s E^T q`` for the dual point, (P,).

        ``s <= 1`` makes ``p`` feasible. A sum without cancellation:
        ``|G u - w| - <G u - w, p> + ratio |E w| - <E w, s q> + 1/2 ||u - x + G^T p||^2``. It counts as zero where the
        objective is rounding.
        """
        p = bends_adjoint(q, w)
        shrink = _shrink(p, u).flatten()
        rest = [a - b for a, b in zip(slopes(u), w, strict=True)]
        curl = bends(w)
        variation = _sum(lengths(rest, u)) + self.ratio * _sum(lengths(curl, u))
        gap = variation - shrink * (_dot(rest, p) + _dot(curl, q))
        objective = variation
        if not self.fixed:
            column = shrink.reshape(-1, *(1,) * (u.ndim - 1))
            gap = gap + 0.5 * _sum((u - self.x + column * slopes_adjoint(p, u)).square())
            objective = variation + 0.5 * _sum((u - self.x).square())
        rounding = 4 * torch.finfo(u.dtype).eps * _sum(self.x.abs())
        return torch.where(objective > rounding, gap / objective, 0)

    def _project(self, z: Field, radius: float) -> Field:
        return rescale(z, radius / lengths(z, self.x).clamp_min_(radius))


class _LoopIteration(_Iteration):
    """The same for a single image, by compiled loops."""

    def __init__(self, x: Tensor, ratio: float, fixed: bool) -> None:
        super().__init__(x, ratio, fixed)
        self.loops = TgvLoops(x.contiguous(), self.w, ratio, fixed, _RELAXATION)

    def step(self, size: float, keep: bool) -> tuple[Tensor, Field, Field] | None:
        """One primal-dual step; where ``keep``, ``u``, ``w`` and ``q`` before relaxation."""
        t = size * float(self.scale)
        return self.loops.step(t, 1 / (self.power * t), keep)


def _shrink(p: Field, like: Tensor) -> Tensor:
    """The largest factor <= 1 that makes no vector of ``p`` longer than one, (P, 1, ...)."""
    return 1 / lengths(p, like).flatten(1).amax(1).clamp_min(1).reshape(-1, *(1,) * (like.ndim - 1))


def _sum(x: Tensor) -> Tensor:
    return x.flatten(1).sum(1)


def _dot(a: Field, b: Field) -> Tensor:
    return torch.stack([_sum(left * right) for left, right in zip(a, b, strict=True)]).sum(0)


def _attach_gradient(solution: LinearSolution, w: Field, x: Tensor, tau: Tensor, ratio: float) -> LinearSolution:
    r"""From ``u = x - tau G^T n(G u - w)`` and ``n(G u - w) = ratio E^T n(E w)``, ``n(v) = v / |v|`` smoothed.

    With ``p = (x - u) / tau`` for ``G^T n``, the right-hand side of the first is ``dx - dtau p``.
    """
    with torch.no_grad():
        u, fixed = solution.x, tau.detach()
        power = lengths(slopes(x), x).square().flatten(1).mean(1).reshape(-1, *(1,) * (x.ndim - 1))
        smoothing = torch.where(power > 0, 1e-7 * power, 1)
        inner = _Curvature([a - b for a, b in zip(slopes(u), w, strict=True)], u, smoothing)
        outer = _Curvature(bends(w), u, smoothing)
        pulled = torch.where(fixed > 0, (u - x) / fixed.where(fixed > 0, 1), 0)

    def apply(point: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        du, *dw = point
        p = inner([a - b for a, b in zip(slopes(du), dw, strict=True)])
        back = bends_adjoint(outer(bends(dw)), dw)
        image = du + fixed * slopes_adjoint(p, du)
        return (image, *(fixed * (ratio * b - a) for a, b in zip(p, back, strict=True)))

    def pull(g: Tensor) -> list[Tensor]:
        solution = cg(apply, (g, *(torch.zeros_like(part) for part in w)), tol=1e-5)
        return [checked_solution(solution, "The gradient through TGV denoising", "smooth less strongly")[0]]

    return attach_pullback(solution, pull, [x + tau * pulled])


class _Curvature:
    """``v -> (v - n <n, v>) / |z|``, the derivative of ``z / |z|``, with ``|z|^2 + smoothing`` for ``|z|^2``."""

    def __init__(self, z: Field, like: Tensor, smoothing: Tensor) -> None:
        self.inverse = (lengths(z, like).square() + smoothing).rsqrt()
        self.normal = rescale(z, self.inverse)

    def __call__(self, v: Field) -> Field:
        along = torch.zeros_like(self.inverse)
        for index, (a, b) in enumerate(zip(self.normal, v, strict=True)):
            window(along, v, index).add_((a * b).sum(1, keepdim=True))
        rest = [a - b for a, b in zip(v, rescale(self.normal, along), strict=True)]
        return rescale(rest, self.inverse)
