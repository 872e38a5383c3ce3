"""Soft thresholding."""

from torch import Tensor

__all__ = ["soft_threshold"]


def soft_threshold(x: Tensor, threshold: Tensor) -> Tensor:
    """``x max(1 - threshold / |x|, 0)``: ``x``, real or complex, moved towards zero by ``threshold`` >= 0."""
    if x.is_complex():
        size = x.abs()
        return x * ((size - threshold).clamp_min(0) / size.where(size > 0, 1))
    return x - x.clamp(-threshold, threshold)
