"""The prox of a sum of wavelet norms."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._tree import dot
from preimage.solve import LinearSolution, cg, checked_solution
from preimage.solve.implicit import attach_pullback
from preimage.transform import Wavelet

__all__ = ["details", "prox_of_union"]

_RELAXATION = 1.8
_CHECK_EVERY = 5  # steps


def details(transform: Wavelet, x: Tensor) -> Tensor:
    """The coefficients of ``x`` with zeros for the approximation."""
    coefficients = transform.analysis(x)
    transform.approximation(coefficients).zero_()
    return coefficients


def prox_of_union(
    x: Tensor, threshold: Tensor, transforms: Sequence[Wavelet], tol: float, max_steps: int
) -> LinearSolution:
    r"""``argmin_u 1/2 ||u - x||^2 + threshold * sum_i ||D W_i u||_1``, where ``D`` takes the details.

    Over-relaxed ADMM with ``z_i = W_i u``: all steps are closed because every ``W_i`` is orthonormal. A sample stops
    when its duality gap is at most ``tol`` times its objective. Gradients reach ``x`` and ``threshold`` by the implicit
    function theorem at the solution, with ``|c|`` smoothed at three thousandths of the root mean square of the details
    of ``x`` (first order only).

    Source: Boyd et al. 2011, section 7.1 (consensus) and equation 3.19.
    """
    with torch.no_grad():
        solution = _solve(x, threshold, transforms, tol, max_steps)
    if not (torch.is_grad_enabled() and (x.requires_grad or threshold.requires_grad)):
        return solution
    return _attach_gradient(solution, x, threshold, transforms)


def _solve(x: Tensor, threshold: Tensor, transforms: Sequence[Wavelet], tol: float, max_steps: int) -> LinearSolution:
    batch, column = len(x), (-1, *(1,) * (x.ndim - 1))
    z = [transform.analysis(x) for transform in transforms]
    y = [torch.zeros_like(x) for _ in transforms]
    size = _size(x, transforms)
    # Details that are rounding are none.
    flat = size <= 8 * torch.finfo(size.dtype).eps * x.abs().square().flatten(1).mean(1).sqrt().reshape(column)
    rho = 0.3 + (4 * threshold / size.where(~flat, 1)).clamp_max(100)
    best, taken = x, torch.zeros(batch, dtype=torch.int64, device=x.device)
    gap = torch.where((~flat & (threshold > 0)).flatten(), torch.inf, 0.0).to(size.dtype).expand(batch)
    for step in range(1, max_steps + 1):
        if bool((gap <= tol).all()):
            break
        back = [t.synthesis(rho * zi - yi) for t, zi, yi in zip(transforms, z, y, strict=True)]
        u = (x + sum(back)) / (1 + len(transforms) * rho)
        c = [transform.analysis(u) for transform in transforms]
        v = [rho * (_RELAXATION * ci + (1 - _RELAXATION) * zi) + yi for ci, zi, yi in zip(c, z, y, strict=True)]
        y = [_into_ball(vi, threshold, transform) for vi, transform in zip(v, transforms, strict=True)]
        z = [(vi - yi) / rho for vi, yi in zip(v, y, strict=True)]
        if step % _CHECK_EVERY == 0 or step == max_steps:
            open_ = ~(gap <= tol)
            best = torch.where(open_.reshape(column), u, best)
            taken = torch.where(open_, step, taken)
            gap = torch.where(open_, _gap(u, c, y, x, threshold, transforms), gap)
    return LinearSolution(best, taken, gap <= tol, gap)


def _into_ball(v: Tensor, radius: Tensor, transform: Wavelet) -> Tensor:
    """The details of modulus at most ``radius``; zero for the approximation."""
    y = v / (v.abs() / radius.where(radius > 0, 1)).clamp_min(1) if v.is_complex() else v.clamp(-radius, radius)
    transform.approximation(y).zero_()
    return y


def _gap(
    u: Tensor, c: list[Tensor], y: list[Tensor], x: Tensor, threshold: Tensor, transforms: Sequence[Wavelet]
) -> Tensor:
    # P(u) - D(y) = sum_i threshold ||D c_i||_1 - <c_i, y_i> + 1/2 ||u - x + sum_i W_i^T y_i||^2.
    excess = torch.zeros(len(x), dtype=x.real.dtype, device=x.device)
    variation = torch.zeros_like(excess)
    rest = u - x
    for transform, ci, yi in zip(transforms, c, y, strict=True):
        size = ci.abs()
        transform.approximation(size).zero_()
        size = (threshold * size).flatten(1).sum(1)
        variation, excess = variation + size, excess + size - dot(yi, ci)
        rest = rest + transform.synthesis(yi)
    objective = variation + 0.5 * dot(u - x, u - x)
    return torch.where(objective > 0, (excess + 0.5 * dot(rest, rest)) / objective.where(objective > 0, 1), 0)


def _size(x: Tensor, transforms: Sequence[Wavelet]) -> Tensor:
    """The root mean square of the details, of the rank of ``x``."""
    power = [details(transform, x).abs().square().flatten(1).mean(1) for transform in transforms]
    return (torch.stack(power).mean(0)).sqrt().reshape(-1, *(1,) * (x.ndim - 1))


def _attach_gradient(
    solution: LinearSolution, x: Tensor, threshold: Tensor, transforms: Sequence[Wavelet]
) -> LinearSolution:
    r"""From ``u = x - t s`` with ``s = sum_i W_i^T D n(W_i u)`` and ``n(c) = c / |c|``, smoothed.

    ``(I + t sum_i W_i^T D n' W_i) du = dx - dt s``, where ``s = (x - u) / t``.
    """
    with torch.no_grad():
        fixed, size = threshold.detach(), _size(x, transforms)
        smoothing = torch.where(size > 0, 1e-5 * size.square(), 1)
        c = [transform.analysis(solution.x) for transform in transforms]
        length = [(ci.abs().square() + smoothing).sqrt() for ci in c]
        normal = [ci / size for ci, size in zip(c, length, strict=True)]
        pulled = torch.where(fixed > 0, (solution.x - x) / fixed.where(fixed > 0, 1), 0)

    def apply(v: Tensor) -> Tensor:
        total = v
        for transform, n, size in zip(transforms, normal, length, strict=True):
            change = details(transform, v)
            along = (n.conj() * change).real
            total = total + fixed * transform.synthesis((change - n * along) / size)
        return total

    def pull(g: Tensor) -> list[Tensor]:
        return [
            checked_solution(cg(apply, g, tol=1e-5), "The gradient through the wavelet prox", "smooth less strongly")
        ]

    return attach_pullback(solution, pull, [x + threshold * pulled])
