"""Arithmetic on measurements, which are a tensor or a (nested) tuple of tensors."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._shapes import per_image

Measurement = Any  # a Tensor, or a tuple of Measurements


def tree_map(function: Callable[..., Any], first: Any, *others: Any) -> Any:
    """Apply ``function`` leaf by leaf to trees of the same structure."""
    if isinstance(first, tuple):
        return tuple(tree_map(function, *items) for items in zip(first, *others, strict=True))
    return function(first, *others)


def leaves(tree: Any) -> list[Tensor]:
    """The tensors of ``tree``, left to right."""
    if isinstance(tree, tuple):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


def add(a: Any, b: Any) -> Any:
    """``a + b``."""
    return tree_map(torch.add, a, b)


def subtract(a: Any, b: Any) -> Any:
    """``a - b``."""
    return tree_map(torch.sub, a, b)


def scale(factor: Tensor | complex, tree: Any) -> Any:
    """``factor * tree`` with one factor per sample (shape (B,)) or one for all."""
    if isinstance(factor, Tensor):
        return tree_map(lambda leaf: factor.reshape(-1, *(1,) * (leaf.ndim - 1)) * leaf, tree)
    return tree_map(lambda leaf: factor * leaf, tree)


def add_scaled(a: Any, factor: float | Tensor, b: Any, sign: int = 1) -> Any:
    """``a + sign * factor * b`` in one pass, with a real factor as :func:`per_image` takes it."""
    return tree_map(lambda u, v: torch.addcmul(u, per_image(factor, u).to(u.dtype), v, value=sign), a, b)


def dot(a: Any, b: Any) -> Tensor:
    """Inner product ``Re <a, b>`` of each sample, (B,)."""
    return sum_leaves(lambda u, v: (u.conj() * v).real if u.is_complex() else u * v, a, b)


def squared_modulus(z: Tensor) -> Tensor:
    """``|z|^2``; unlike the square of ``z.abs()``, it has its second derivative at zero, too."""
    return z.real.square() + z.imag.square() if z.is_complex() else z.square()


def norm(tree: Any) -> Tensor:
    """Euclidean norm of each sample, (B,)."""
    return dot(tree, tree).sqrt()


def sum_leaves(function: Callable[..., Tensor], *trees: Any) -> Tensor:
    """``function`` leaf by leaf, summed over everything but the batch: (B,)."""
    totals = [function(*items).flatten(1).sum(1) for items in zip(*(leaves(t) for t in trees), strict=True)]
    return totals[0] if len(totals) == 1 else torch.stack(totals).sum(0)
