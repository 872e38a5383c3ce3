"""From images to k-space and back: coil sensitivities, the centred Fourier transform, the samples that are taken."""

import math

import torch
from torch import Tensor

from preimage._seen import is_finite_here, without_unseen
from preimage.errors import ArgumentError, ShapeError
from preimage.machine.compiler import is_transformed
from preimage.transform.centred_fourier import centring_phases, turned
from preimage.transform.fourier import transformed

__all__ = ["as_maps", "as_mask", "check_dims", "fitting", "from_kspace", "require_complex", "to_kspace"]


def check_dims(dims: int) -> None:
    """Require two or three dimensions."""
    if dims not in (2, 3):
        raise ArgumentError(f"`dims` must be 2 or 3, got {dims!r}; it counts the dimensions that are Fourier encoded.")


def require_complex(x: Tensor, name: str, least: int) -> None:
    """Require complex numbers, of ``least`` dimensions or more."""
    if not x.is_complex():
        raise ShapeError(f"`{name}` must be complex, got {x.dtype}; convert it, like {name}.to(torch.complex64).")
    if x.ndim < least:
        raise ShapeError(
            f"`{name}` must have at least {least} dimensions, got {tuple(x.shape)}; (B, 1, ...) is wanted."
        )


def as_mask(mask: Tensor, dims: int, frames: bool = False) -> Tensor:
    """``mask`` with batch and channel in front: (1 or B, 1, ...), in the default precision where it was no float."""
    least = dims + frames
    wanted = "(T, ...)" if frames else "(H, W)" if dims == 2 else "(D, H, W)"
    if mask.is_complex() or mask.ndim < least or (mask.ndim > least and (mask.ndim < least + 2 or mask.shape[1] != 1)):
        raise ShapeError(
            f"`mask` must be real, {wanted} or (B, 1, ...), got {mask.dtype} {tuple(mask.shape)}; give one mask, or "
            "one for each image."
        )
    mask = mask if mask.is_floating_point() else mask.to(torch.get_default_dtype())
    return mask[None, None] if mask.ndim == least else mask


def as_maps(maps: Tensor, dims: int) -> Tensor:
    """``maps`` as (1 or B, coils, ...)."""
    if not maps.is_complex() or maps.ndim not in (dims + 1, dims + 2):
        raise ShapeError(
            f"`maps` must be complex, (coils, ...) or (B, coils, ...) with {dims} dimensions of the image, got "
            f"{maps.dtype} {tuple(maps.shape)}; give the sensitivity of every coil."
        )
    return maps[None] if maps.ndim == dims + 1 else maps


def fitting(field: Tensor, like: Tensor, name: str) -> Tensor:
    """``field``, (1 or B, n, ...), with axes of length one after its first two until it has the rank of ``like``.

    Raises:
        ShapeError: it does not broadcast to ``like``, channels aside.
    """
    missing = like.ndim - field.ndim
    if missing > 0:
        field = field.reshape(*field.shape[:2], *(1,) * missing, *field.shape[2:])
    pairs = zip((field.shape[0], *field.shape[2:]), (like.shape[0], *like.shape[2:]), strict=False)
    if missing < 0 or any(have not in (1, want) for have, want in pairs):
        raise ShapeError(
            f"`{name}` must fit images of the shape {tuple(like.shape)}, got {tuple(field.shape)}; give one for all "
            "images or one for each, of their size."
        )
    return field.to(like.device, like.dtype if field.is_complex() else like.real.dtype)


def to_kspace(x: Tensor, mask: Tensor, maps: Tensor, dims: int) -> Tensor:
    """``mask * F (maps * x)`` with the centred orthonormal transform ``F``; all have the rank of ``x``."""
    before, after = centring_phases(tuple(x.shape[-dims:]), x)
    # The scale is that of the mask, as transforms take a pass of their own for it.
    spectrum = transformed(torch.fft.fftn, maps * turned(x, before), dim=_last(dims))
    return _multiplied(spectrum, _weight(turned(mask, after), x, dims))


def from_kspace(y: Tensor, mask: Tensor, conjugate_maps: Tensor, dims: int) -> Tensor:
    """The adjoint of :func:`to_kspace`: ``sum_coils conj(maps) * F^H (mask * y)``.

    Where nothing is taken ``y`` may be NaN.
    """
    before, after = centring_phases(tuple(y.shape[-dims:]), y)
    weight = _weight(turned(mask, after, back=True), y, dims)

    def combined(samples: Tensor) -> Tensor:
        images = transformed(torch.fft.ifftn, weight * samples, dim=_last(dims), norm="forward")
        return turned(_multiplied(images, conjugate_maps).sum(1, keepdim=True), before, back=True)

    x = combined(y)
    # One sample that is not finite reaches every pixel, so that one of them tells.
    probe = x.detach()[(..., *(slice(1),) * dims)]
    return x if is_finite_here(probe) else combined(without_unseen(y, weight))


def _weight(mask: Tensor, like: Tensor, dims: int) -> Tensor:
    """``mask`` with the scale of the transform, complex, as products of numbers of two kinds take twice as long."""
    return (mask / math.sqrt(math.prod(like.shape[-dims:]))).to(like.dtype)


def _multiplied(fresh: Tensor, factor: Tensor) -> Tensor:
    """``factor * fresh``, in the memory of ``fresh``, which nobody else has, unless something is recorded or traced."""
    is_recorded = torch.is_grad_enabled() and (fresh.requires_grad or factor.requires_grad)
    is_plain = type(fresh) is Tensor and not (is_recorded or torch.compiler.is_compiling() or is_transformed())
    if not is_plain or torch.broadcast_shapes(fresh.shape, factor.shape) != fresh.shape:
        return factor * fresh
    return torch.mul(factor, fresh, out=fresh)


def _last(dims: int) -> tuple[int, ...]:
    return tuple(range(-dims, 0))
