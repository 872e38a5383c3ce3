"""Density compensation of lines through the middle, in closed form."""

import math

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics.mri.non_cartesian.points import check_trajectory

__all__ = ["ramp_density"]


def ramp_density(trajectory: Tensor, shape: tuple[int, int]) -> Tensor:
    """Weights that grow with the distance from the middle, for lines as :func:`radial` and :func:`golden_angle` give.

    A sample at the distance ``r = m dr`` from the middle stands for the ring ``r dr da``. In place of ``m`` stands
    ``2 / pi^2 cos(pi m) + 2 m / pi Si(pi m)``, the ramp filter of lines that see ``1 / dr`` pixels: ``m`` itself far
    out, and 0.2026 in the middle, where the area of the disk would put 0.25, and values 1 % too high. The angle ``da``
    is half of that between the two neighbouring lines, so that lines may be at any angles.

    Args:
        trajectory: (shots, samples, 2) in cycles per pixel; every line runs through the middle in equal steps.
        shape: the size of the image.

    Shapes: (shots, samples), float64. The unit is that of all densities here: pixels times the area of k-space, in
        (cycles per pixel)^2, for which a sample stands.

    Raises:
        ArgumentError: a curve is no such line; :func:`pipe_menon` takes any.
        ShapeError: the trajectory has other dimensions.
    """
    check_trajectory(trajectory, 2)
    k = trajectory.detach().double()
    if k.ndim != 3 or k.shape[1] < 2:
        raise ArgumentError(
            f"`trajectory` must be lines, (shots, samples, 2), got {tuple(k.shape)}; take `pipe_menon`."
        )
    step = k.diff(dim=1).mean(1)  # (shots, 2)
    length = step.norm(dim=-1, keepdim=True)
    direction = step / length
    radius = (k * direction[:, None]).sum(-1)
    off = (k - radius[..., None] * direction[:, None]).norm(dim=-1)
    uneven = (k.diff(dim=1) - step[:, None]).norm(dim=-1)
    if not bool((off <= 1e-3 * length).all() and (uneven <= 1e-3 * length).all()):
        raise ArgumentError(
            "`trajectory` must be lines through the middle in equal steps, got another path; take `pipe_menon`."
        )
    angle = torch.atan2(direction[:, 0], direction[:, 1]) % math.pi
    order = angle.argsort()
    gaps = torch.cat([angle[order], angle[order[:1]] + math.pi]).diff()  # to the next line
    width = torch.empty_like(angle).scatter(0, order, (gaps + gaps.roll(1)) / 2)[:, None]
    count = radius.abs() / length
    filtered = 2 / math.pi**2 * (math.pi * count).cos() + 2 / math.pi * count * _sine_integral(count)
    return math.prod(shape) * width * length**2 * filtered


def _sine_integral(m: Tensor) -> Tensor:
    """``Si(pi m)`` for ``m`` >= 0, by Gauss' rule on every half wave."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    unit = torch.from_numpy((nodes + 1) / 2).to(m.device)
    share = torch.from_numpy(weights / 2).to(m.device)
    waves = torch.arange(int(m.max()) + 1, dtype=m.dtype, device=m.device)
    halves = torch.cat([m.new_zeros(1), (torch.sinc(waves[:, None] + unit) * share).sum(-1).cumsum(0)])
    whole = m.floor()
    part = m - whole
    rest = (torch.sinc(whole[..., None] + part[..., None] * unit) * share).sum(-1) * part
    return math.pi * (halves[whole.long()] + rest)
