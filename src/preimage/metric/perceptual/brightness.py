"""Brightness and colour as the published perceptual metrics take them."""

import torch
from torch import Tensor

from preimage._shapes import check_image
from preimage.errors import ShapeError
from preimage.metric.base import check_pair, check_real

__all__ = ["brightness", "check_picture", "check_pictures", "halve", "yiq"]

_YIQ = ((0.299, 0.587, 0.114), (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112))


def check_pictures(x_hat: Tensor, x: Tensor, least: int) -> None:
    """Require two batches of real pictures, grey or RGB, of at least ``least`` pixels in each direction."""
    check_pair(x_hat, x)
    check_real(x_hat, x)
    check_picture(x, least)


def check_picture(x: Tensor, least: int) -> None:
    """Require real pictures, grey or RGB, of at least ``least`` pixels in each direction."""
    check_image(x, spatial=(2,))
    check_real(x, x)
    if x.shape[1] not in (1, 3):
        raise ShapeError(
            f"`x` must be grey (B, 1, H, W) or RGB (B, 3, H, W), got {tuple(x.shape)}; score the channels one by one, "
            "as images of their own."
        )
    if min(x.shape[2:]) < least:
        raise ShapeError(f"`x` must be at least {least} pixels in every direction, got {tuple(x.shape)}; use SSIM.")


def brightness(x: Tensor) -> Tensor:
    """Grey (B, 1, H, W): ``0.299 R + 0.587 G + 0.114 B`` (ITU-R BT.601) of RGB, and grey as it is."""
    return x if x.shape[1] == 1 else _mix(x, _YIQ[:1])


def yiq(x: Tensor) -> Tensor:
    """Brightness and two differences of colours, (B, 3, H, W), of RGB, by the matrix of NTSC."""
    return _mix(x, _YIQ)


def halve(x: Tensor) -> Tensor:
    """Means over blocks of 2 x 2 pixels; beyond the last row and column of odd sizes there are zeros."""
    height, width = x.shape[2:]
    x = torch.nn.functional.pad(x, (0, width % 2, 0, height % 2)) if height % 2 or width % 2 else x
    return torch.nn.functional.avg_pool2d(x, 2)


def _mix(x: Tensor, rows: tuple[tuple[float, ...], ...]) -> Tensor:
    red, green, blue = x.split(1, 1)
    return torch.cat([torch.add(a * red, green, alpha=b).add(blue, alpha=c) for a, b, c in rows], 1)
