"""Images as the channels of one picture, which is what a network draws."""

import torch
from torch import Tensor

__all__ = ["as_channels", "as_images", "count_channels"]


def count_channels(images: Tensor) -> int:
    """Real channels of all ``images`` (B, C, ...) together: a complex one is two, a volume of D frames C D."""
    return images.numel() // (images.shape[-2] * images.shape[-1]) * (2 if images.is_complex() else 1)


def as_channels(images: Tensor) -> Tensor:
    """(1, N, H, W), real, with N from :func:`count_channels`."""
    flat = images.reshape(-1, *images.shape[-2:])
    flat = torch.view_as_real(flat).movedim(-1, 1).flatten(0, 1) if flat.is_complex() else flat
    return flat[None]


def as_images(channels: Tensor, like: Tensor) -> Tensor:
    """Undo :func:`as_channels`, in the shape of ``like``."""
    if like.is_complex():
        channels = torch.view_as_complex(channels.unflatten(1, (-1, 2)).movedim(2, -1).contiguous())
    return channels.reshape(like.shape)
