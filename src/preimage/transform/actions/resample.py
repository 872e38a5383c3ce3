"""Images sampled between their pixels."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._shapes import check_image
from preimage.errors import ArgumentError

__all__ = ["Resampling", "pixel_grid"]

Interpolation = Literal["nearest", "bilinear", "bicubic"]
Continuation = Literal["zero", "replicate", "reflect"]

_MODES = {"zero": "zeros", "replicate": "border", "reflect": "reflection"}


@dataclass(frozen=True)
class Resampling:
    """How an image goes on between its pixels and beyond its border.

    Args:
        interpolation: nearest, bilinear, or bicubic (cubic convolution with ``a = -3/4``). There is no low-pass filter:
            an image that is made smaller may alias.
        padding: zero, replicate (the pixel at the border), or reflect (a mirror on the outermost pixels).

    Raises:
        ArgumentError: there is no such interpolation or padding.
    """

    interpolation: Interpolation = "bilinear"
    padding: Continuation = "reflect"

    def __post_init__(self) -> None:
        """Require names that are known here."""
        for name, value, known in (
            ("interpolation", self.interpolation, ("nearest", "bilinear", "bicubic")),
            ("padding", self.padding, tuple(_MODES)),
        ):
            if value not in known:
                raise ArgumentError(f"`{name}` must be one of {', '.join(known)}, got {value!r}; see help(Resampling).")

    def sample(self, x: Tensor, points: Tensor) -> Tensor:
        """The values of ``x`` at ``points`` (B, H', W', 2): column and row, in pixels from the centre of the first.

        Args:
            x: images (B, C, H, W), or volumes (B, C, D, H, W), whose slices are sampled alike; real or complex.
            points: where they are sampled.
        """
        check_image(x)
        if x.is_complex():
            return torch.complex(self.sample(x.real, points), self.sample(x.imag, points))
        sizes = torch.tensor([x.shape[-1], x.shape[-2]], dtype=points.dtype, device=points.device)
        grid = (2 * points / (sizes - 1).clamp_min(1) - 1).to(x.dtype)
        flat = x.flatten(1, -3)
        if not flat.numel():
            return x.new_zeros(*x.shape[:-2], *points.shape[1:3])
        found = F.grid_sample(flat, grid, self.interpolation, _MODES[self.padding], align_corners=True)
        return found.reshape(*x.shape[:-2], *points.shape[1:3])


def pixel_grid(x: Tensor) -> Tensor:
    """Column and row of every pixel of images like ``x``, (H, W, 2), float64."""
    rows, columns = (torch.arange(n, dtype=torch.float64, device=x.device) for n in x.shape[-2:])
    return torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1)
