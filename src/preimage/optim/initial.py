"""First estimates, from which the published plug-and-play schedules start."""

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import CapabilityError
from preimage.optim.variational import back_projection
from preimage.physics import LinearPhysics, Physics

__all__ = ["Upsampled", "filled_in", "initial_image", "interpolated"]


def initial_image(y: Measurement, physics: Physics) -> Tensor:
    """``y`` itself where it is an image of the right size, else the back-projection ``A^H y / ||A||^2``."""
    if isinstance(y, Tensor) and isinstance(physics, LinearPhysics):
        form = physics.diagonal(y)
        if form is not None and form.left == form.right:
            return y
        like = physics.A_adjoint(y)
        if y.shape == like.shape and y.dtype == like.dtype:
            return y
    return back_projection(y, physics)


class Upsampled:
    """Bicubic interpolation of a decimated image whose sample ``i`` sits at pixel ``i * factor``.

    That is the usual centred interpolation moved by ``(factor - 1) / 2`` pixels.
    """

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def __call__(self, y: Tensor, physics: Physics) -> Tensor:
        """The interpolated image, of the size that ``physics`` measures."""
        height, width = _linear(physics).A_adjoint(y).shape[-2:]

        def positions(size: int, samples: int) -> Tensor:
            where = torch.arange(size, dtype=y.dtype, device=y.device) / self.factor
            return 2 * where / max(samples - 1, 1) - 1  # grid_sample's unit: -1 and 1 are the outer samples

        rows, columns = positions(height, y.shape[-2]), positions(width, y.shape[-1])
        grid = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1)
        grid = grid.expand(y.shape[0], -1, -1, -1)
        return F.grid_sample(y, grid, mode="bicubic", padding_mode="border", align_corners=True)


def filled_in(y: Measurement, physics: Physics) -> Tensor:
    """Missing pixels interpolated from those seen, for masks and colour filter arrays.

    A pixel takes the mean of the pixels seen around it with weights ``(1, 2, 1) x (1, 2, 1)``, which is bilinear
    interpolation for a Bayer pattern; where there is none, that of a picture of half the size. Pixels seen are kept.
    """
    operator = _linear(physics)
    total = operator.A_adjoint(y)
    return interpolated(total, operator.normal(torch.ones_like(total)).real)


def interpolated(total: Tensor, weight: Tensor) -> Tensor:
    """``total / weight`` where ``weight`` is not zero, and means of the values around, by their weights, elsewhere.

    Args:
        total: sums of weighted values, (B, C, H, W), real or complex.
        weight: the sums of their weights, >= 0, like ``total``; only their ratios count.
    """
    if total.is_complex():
        parts = interpolated(torch.cat([total.real, total.imag]), torch.cat([weight, weight]))
        return torch.complex(*parts.chunk(2))
    largest = weight.flatten(1).amax(1).reshape(-1, 1, 1, 1) if weight.numel() else weight
    scale = 1 / torch.where(largest > 0, largest, 1)
    total, weight = total * scale, weight * scale
    return torch.where(weight > 0, total / weight.where(weight > 0, 1), _pyramid(total, weight))


def _pyramid(total: Tensor, weight: Tensor) -> Tensor:
    tent = torch.tensor([1.0, 2.0, 1.0], dtype=total.dtype, device=total.device)
    kernel = (tent[:, None] * tent).expand(total.shape[1], 1, 3, 3)
    spread, seen = (F.conv2d(image, kernel, padding=1, groups=image.shape[1]) for image in (total, weight))
    known = seen > 1e-6
    mean = spread / seen.where(known, 1)
    if bool(known.all()) or max(total.shape[-2:]) == 1:
        return mean
    half = [F.avg_pool2d(image, 2, ceil_mode=True, count_include_pad=False) for image in (total, weight)]
    coarse = F.interpolate(_pyramid(half[0], half[1]), size=total.shape[-2:], mode="bilinear", align_corners=False)
    return torch.where(known, mean, coarse)


def _linear(physics: Physics) -> LinearPhysics:
    if not isinstance(physics, LinearPhysics):
        raise CapabilityError(f"`physics` must be LinearPhysics, got {type(physics).__name__}; give another init.")
    return physics
