"""The total-variation denoising problem and its solver."""

import math

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.kernels.variation.rof import rof_parts, rof_steps
from preimage.machine.threads import side_by_side
from preimage.solve import LinearSolution, cg, checked_solution
from preimage.solve.implicit import attach_pullback
from preimage.transform import divergence, gradient, group_axes, group_sum, total_variation

__all__ = ["CONVEXITY", "FIRST_CHECK", "RELAXATION", "as_image", "as_problems", "next_check", "no_problems", "rof"]

RELAXATION = 1.8  # of the primal-dual step; 2 would be the reflection
FIRST_CHECK = 5  # the step after which the gap is first looked at
CONVEXITY = 0.7  # of 1/2 ||u - x||^2, which is 1; less is what the acceleration uses


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
        parts = rof_parts(problems)
        with side_by_side(x.device, len(parts)) as each:
            solved = list(each(lambda part: _solve(part, isotropic, tol, max_steps), parts))
        u, steps, gap = (torch.cat(items) for items in zip(*solved, strict=True))
        u = torch.where(tau > 0, tau * as_image(u, x), x)
        steps, gap = (item.reshape(x.shape[0], -1).amax(1) for item in (steps, gap))
        gap = torch.where(tau.flatten() <= 0, 0, gap)
        if not bool((gap <= tol).all()):
            # Where x is constant up to rounding, u is x, and the relative gap says nothing.
            rounding = 8 * torch.finfo(gap.dtype).eps * x.abs().flatten(1).sum(1)
            gap = torch.where(total_variation(x, coupled, isotropic) <= rounding, 0, gap)
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


def _solve(x: Tensor, isotropic: bool, tol: float, max_steps: int) -> tuple[Tensor, Tensor, Tensor]:
    """Solution, steps and relative gap of ``min_u 1/2 ||u - x||^2 + TV(u)``; a problem that is done stays as it is."""
    work, best = rof_steps(x, isotropic, RELAXATION), x
    taken, gaps, due = [0] * len(x), [math.inf] * len(x), [FIRST_CHECK] * len(x)
    check, t = FIRST_CHECK, 1.0
    for step in range(1, max_steps + 1):
        if step < check and step < max_steps:
            work.step(t)
        else:
            u, now = work.step_and_gap(t)
            asked = [
                not gap <= tol and (step >= when or step == max_steps) for gap, when in zip(gaps, due, strict=True)
            ]
            for index, gap in enumerate(now.tolist()):
                if asked[index]:
                    taken[index], gaps[index], due[index] = step, gap, next_check(step, gap, tol)
            column = None if all(asked) else torch.tensor(asked, device=x.device).reshape(-1, *(1,) * (x.ndim - 1))
            best = u if column is None else torch.where(column, u, best)
            later = [when for when, gap in zip(due, gaps, strict=True) if not gap <= tol]
            if not later:
                break
            check = min(later)
        t /= math.sqrt(1 + 2 * CONVEXITY * t)
    return best, torch.tensor(taken, device=x.device), torch.tensor(gaps, dtype=x.dtype, device=x.device)


def next_check(step: int, gap: float, tol: float) -> int:
    """When to look at a gap again, which costs more than a step: where it is ``tol`` if it falls like ``1 / step^4``.

    Seldom it falls faster. It is looked at again after two to twice as many steps.
    """
    factor = (gap / tol) ** 0.25 if tol < gap < 81 * tol else 3.0
    return step + max(2, step // 16, int((factor - 1) * step))


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
        return [checked_solution(cg(apply, g, tol=1e-5), "The gradient through TV denoising", "smooth less strongly")]

    return attach_pullback(solution, pull, [x + tau * curvature])
