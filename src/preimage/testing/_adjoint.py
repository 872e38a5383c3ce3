"""How an adjoint is wrong, and where."""

from collections.abc import Iterator
from itertools import combinations

import torch
from torch import Tensor

from preimage._tree import Measurement, dot, leaves, norm
from preimage.physics import LinearPhysics
from preimage.testing._compare import normal_like, rounding, seeded

_AXES = {-1: "columns", -2: "rows", -3: "channels"}
_VOLUME_AXES = {-1: "columns", -2: "rows", -3: "slices", -4: "channels"}
_REACH = 2  # pixels of a displacement that is looked for


def explain_adjoint(physics: LinearPhysics, x: Tensor, v: Measurement, back: Tensor) -> str:
    """What is wrong with ``back``, which should be ``A^H v`` for images like ``x``: a fault that is known, or a place.

    Compared is with the derivative of ``A``, where that passes the test that ``back`` fails.
    """
    with torch.no_grad():
        truth = _derived(physics, x, v)
        if truth is None:
            return _where(_probed(physics, x, v, back), 0.0, "it is wrong")
        fault = next(_known(physics, v, back, truth), "")
        error = _relative(back, truth)
        if fault:
            return f"{fault} (off by {error:.0%} in all)"
        scale = truth.abs().square().mean().sqrt().item()
        return _where((back - truth).abs(), 1e-4 * scale, f"it is off by {error:.2g} of its size")


def _derived(physics: LinearPhysics, x: Tensor, v: Measurement) -> Tensor | None:
    """``A^H v`` by automatic differentiation; ``None`` where ``A`` cannot be differentiated."""
    with torch.enable_grad():
        point = normal_like(x, seeded(8)).requires_grad_()
        y = physics.A(point)
        if not all(leaf.requires_grad for leaf in leaves(y)):
            return None
        (pulled,) = torch.autograd.grad(dot(v, y).sum(), point)
    u = normal_like(x, seeded(9))
    image = physics.A(u)
    gap = (dot(v, image) - dot(pulled, u)).abs()
    return pulled if bool((gap <= rounding(gap.dtype) * norm(v) * norm(image)).all()) else None


def _known(physics: LinearPhysics, v: Measurement, back: Tensor, truth: Tensor) -> Iterator[str]:
    """The usual mistakes that explain ``back``."""
    if not bool(back.any()):
        yield "A_adjoint gives zero"
        return
    factor = (back * truth.conj()).sum() / truth.abs().square().sum()
    if _same(back, factor * truth):
        shown = f"{factor.item():.4g}"
        yield f"A_adjoint is {shown} times the adjoint"
    if truth.is_complex() and _same(back, truth.conj()):
        yield "A_adjoint is the complex conjugate of the adjoint"
    axes = _axes(truth)
    for count in (1, 2, 3):
        for dims in combinations([axis for axis in axes if truth.shape[axis] > 1], count):
            if _same(back, truth.flip(dims)):
                yield f"A_adjoint is the adjoint with its {_listed([axes[dim] for dim in dims])} in reverse"
    if truth.shape[-1] == truth.shape[-2] and _same(back, truth.mT):
        yield "A_adjoint is the adjoint with rows and columns exchanged"
    yield from _repeated(physics, v, back)
    yield from _displaced(back, truth)


def _repeated(physics: LinearPhysics, v: Measurement, back: Tensor) -> Iterator[str]:
    """The operator itself, or an inverse, in place of the adjoint."""
    if isinstance(v, Tensor) and v.shape == back.shape and v.dtype == back.dtype:
        if _same(back, v):
            yield "A_adjoint gives back what it is given"
        again = physics.A(v)
        if isinstance(again, Tensor) and _same(back, again):
            yield "A_adjoint is A itself, which is not its own adjoint; a convolution needs its kernel turned around"
    again = physics.A(back)
    if isinstance(again, Tensor) and isinstance(v, Tensor) and again.shape == v.shape and _same(again, v):
        yield "A_adjoint is an inverse of A, not its adjoint"


def _displaced(back: Tensor, truth: Tensor) -> Iterator[str]:
    steps = range(-_REACH, _REACH + 1)
    if min(truth.shape[-2:]) <= 4 * _REACH:
        return
    inside = (..., slice(_REACH, -_REACH), slice(_REACH, -_REACH))
    for rows in steps:
        for columns in steps:
            if (rows, columns) != (0, 0) and _same(back[inside], truth.roll((rows, columns), (-2, -1))[inside]):
                yield f"A_adjoint is the adjoint displaced by {rows} rows and {columns} columns"


def _probed(physics: LinearPhysics, x: Tensor, v: Measurement, back: Tensor) -> Tensor:
    """Like the image: where the definition fails, looked at row by row and column by column."""
    error = torch.ones(x.shape, dtype=x.real.dtype, device=x.device)
    for axis in _axes(x):
        for index in range(x.shape[axis]):
            u = torch.zeros_like(x)
            u.select(axis, index).copy_(normal_like(x.select(axis, index), seeded(index)))
            image = physics.A(u)
            gap = (dot(v, image) - dot(back, u)).abs()
            size = norm(v) * norm(image) + norm(back) * norm(u)
            if bool((gap <= rounding(gap.dtype, 50) * size).all()):
                error.select(axis, index).zero_()
    return error


def _where(error: Tensor, limit: float, fault: str) -> str:
    """``fault`` with the rows and columns where ``error`` is above ``limit``."""
    axes = _axes(error)
    wrong = {}
    for axis, name in axes.items():
        others = [dim for dim in range(error.ndim) if dim != axis % error.ndim]
        marks = (error.amax(others) > limit).tolist()
        if not all(marks):
            wrong[name] = _ranges([index for index, mark in enumerate(marks) if mark], len(marks))
    if not wrong:
        return f"{fault}, in all {_listed(list(axes.values()))}"
    return f"{fault}, in {_listed([f'{name} {shown}' for name, shown in wrong.items()])}"


def _ranges(indices: list[int], count: int) -> str:
    """``0-2, 15 of 16``."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    shown = [f"{low}-{high}" if high > low else str(low) for low, high in runs[:4]]
    more = ", ..." if len(runs) > 4 else ""
    return f"{', '.join(shown)}{more} of {count}"


def _axes(image: Tensor) -> dict[int, str]:
    return _VOLUME_AXES if image.ndim == 5 else _AXES


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _relative(found: Tensor, truth: Tensor) -> float:
    return ((found - truth).norm() / truth.norm().clamp_min(torch.finfo(truth.real.dtype).tiny)).item()


def _same(found: Tensor, truth: Tensor) -> bool:
    return _relative(found, truth) <= rounding(truth.real.dtype, 2000)
