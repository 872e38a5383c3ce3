"""Comparison of trees of tensors, and test vectors."""

from typing import Any

import torch
from torch import Tensor

from preimage._tree import leaves, tree_map
from preimage.physics.noise.base import draw_normal


def seeded(seed: int = 0) -> torch.Generator:
    """A CPU generator of the checks' own test vectors."""
    return torch.Generator().manual_seed(seed)


def normal_like(tree: Any, rng: torch.Generator) -> Any:
    """Standard normal numbers of the same structure."""
    return tree_map(lambda leaf: draw_normal(leaf, rng), tree)


def rounding(dtype: torch.dtype, factor: float = 200.0) -> float:
    """A relative accuracy that only rounding explains: ``factor`` machine epsilons."""
    return factor * torch.finfo(dtype).eps


def require(condition: bool, subject: object, message: str) -> None:
    """Raise ``AssertionError`` with the type of ``subject`` in front unless ``condition``."""
    if not condition:
        raise AssertionError(f"{type(subject).__name__}: {message}")


def require_same_form(actual: Any, expected: Any, subject: object, what: str) -> None:
    """Require the same structure, shapes, dtypes and devices."""
    require(type(actual) is type(expected), subject, f"{what} is a {type(actual).__name__}, want {type(expected)}")
    if isinstance(actual, tuple):
        require(len(actual) == len(expected), subject, f"{what} has {len(actual)} parts, want {len(expected)}")
    for a, e in zip(leaves(actual), leaves(expected), strict=True):
        for name, got, want in (
            ("shape", tuple(a.shape), tuple(e.shape)),
            ("dtype", a.dtype, e.dtype),
            ("device", a.device, e.device),
        ):
            require(got == want, subject, f"{what} has {name} {got}, want {want}")


def require_close(actual: Any, expected: Any, tol: float, subject: object, what: str) -> None:
    """Require, sample by sample, ``||actual - expected|| <= tol ||expected||``, and the same form."""
    require_same_form(actual, expected, subject, what)
    for a, e in zip(leaves(actual), leaves(expected), strict=True):
        error, size = _sizes(a - e), _sizes(e)
        relative = error / size.clamp_min(torch.finfo(size.dtype).tiny)
        # Written so that NaN fails.
        require(
            bool((error <= tol * size).all()),
            subject,
            f"{what} differs by {relative.max().item():.2e} of its norm, want at most {tol:.1e}",
        )


def require_equal(actual: Any, expected: Any, subject: object, what: str) -> None:
    """Require the same form and bit-identical values."""
    require_same_form(actual, expected, subject, what)
    for a, e in zip(leaves(actual), leaves(expected), strict=True):
        require(torch.equal(a, e), subject, f"{what} differs by up to {(a - e).abs().max().item():.2e}, want equality")


def _sizes(x: Tensor) -> Tensor:
    wide = x.to(torch.complex128 if x.is_complex() else torch.float64)
    return wide.reshape(x.shape[0], -1).norm(dim=1) if x.ndim else wide.abs().reshape(1)
