"""Shape checks at the boundary, and broadcasting of per-image parameters."""

import torch
from torch import Tensor

from preimage.errors import ShapeError


def per_image(value: float | Tensor, like: Tensor) -> Tensor:
    """``value`` (a number, or one per image: shape (), (1,) or (B,)) shaped to broadcast over images ``like``.

    A tensor that already has the rank of ``like`` passes unchanged.
    """
    if not isinstance(value, Tensor):
        # A number goes straight to the precision of the image: by way of the default dtype it would lose digits.
        return torch.full((1,) * like.ndim, value, dtype=like.real.dtype, device=like.device)
    tensor = value
    # To ask is faster than a conversion that changes nothing, and solvers come by here in every step.
    if tensor.dtype is not like.dtype and not tensor.is_complex():
        tensor = tensor.to(like.real.dtype)
    if tensor.device != like.device:
        tensor = tensor.to(like.device)
    if tensor.ndim == like.ndim:
        return tensor
    if tensor.ndim == 0:
        return tensor.reshape((1,) * like.ndim)
    if tensor.ndim != 1 or tensor.shape[0] not in (1, like.shape[0]):
        raise ShapeError(
            f"a per-image parameter must be a number or have shape (1,) or (B,) with B={like.shape[0]}, "
            f"got {tuple(tensor.shape)}; give one value per image."
        )
    return tensor.reshape(-1, *(1,) * (like.ndim - 1))


def check_float(x: Tensor, name: str = "x") -> None:
    """Require floats or complex numbers: integers would wrap, and weights cast to integers vanish."""
    if not (x.is_floating_point() or x.is_complex()):
        raise ShapeError(f"`{name}` must hold floats or complex numbers, got {x.dtype}; convert it, like x / 255.")


def check_image(x: Tensor, name: str = "x", spatial: tuple[int, ...] = (2, 3)) -> None:
    """Require floats or complex numbers of shape (B, C, H, W) or (B, C, D, H, W)."""
    check_float(x, name)
    if x.ndim - 2 not in spatial:
        wanted = " or ".join({2: "(B, C, H, W)", 3: "(B, C, D, H, W)"}[n] for n in spatial)
        raise ShapeError(f"`{name}` must have shape {wanted}, got {tuple(x.shape)}; add the missing dimensions.")
