"""Pictures degraded as error maps of restorations are calibrated for and tested on: blurs, decimation, masks, noise."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.physics import Downsampling
from preimage.physics.blur import MotionBlurGenerator
from preimage.physics.kernels import gaussian_blur, motion_line
from preimage.restore import deblur, inpaint, superresolve
from preimage.restore.frame.task import Task
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.inpaint import Inpaint
from preimage.restore.tasks.kernel import disk
from preimage.restore.tasks.superresolve import SuperResolve

EDGES = (2, 8, 25)
"""The upper ends of the ranges of noise, in 1/255; each picture has noise in each, as likely on a logarithmic scale."""

_LEAST = 0.5


@dataclass(frozen=True)
class Case:
    """One degraded picture.

    Attributes:
        truth: (C, H, W).
        y: what was measured.
        task: what was done to it.
        sigma: the noise.
        run: restores ``y``, by a method that is its argument.
        kind: the kind of blur or mask.
    """

    truth: Tensor
    y: Tensor
    task: Task
    sigma: float
    run: Callable[..., Any]
    kind: str


def level_of(edge: int, rng: torch.Generator) -> float:
    """A noise level in the range that ends at ``edge``, in image units."""
    low = (_LEAST, *EDGES)[EDGES.index(edge)]
    return math.exp(_uniform(rng, math.log(low), math.log(edge))) / 255


def blur(rng: torch.Generator) -> tuple[str, Tensor]:
    """A random blur, of one of four kinds."""
    kind = int(torch.randint(4, (), generator=rng))
    if kind == 0:
        wide = math.exp(_uniform(rng, math.log(0.6), math.log(3.0)))
        return "Gaussian", gaussian_blur((wide, wide * _uniform(rng, 0.5, 1.0)), _uniform(rng, 0, 180))
    if kind == 1:
        return "line", motion_line(_uniform(rng, 3, 21), _uniform(rng, 0, 180))
    if kind == 2:
        return "disk", disk(_uniform(rng, 1, 4)).float()
    size = 11 + 2 * int(torch.randint(8, (), generator=rng))
    return "motion", MotionBlurGenerator(size, smoothness=_uniform(rng, 0.2, 0.8)).draw(rng)["kernel"][0].float()


def mask(side: int, rng: torch.Generator) -> tuple[str, Tensor]:
    """A random mask, true where pixels are missing, of one of three kinds."""
    kind = int(torch.randint(3, (), generator=rng))
    if kind == 0:
        return "scattered", torch.rand(side, side, generator=rng) < _uniform(rng, 0.1, 0.9)
    missing = torch.zeros(side, side, dtype=torch.bool)
    if kind == 1:
        for _ in range(int(torch.randint(2, 7, (), generator=rng))):
            _scratch(missing, rng)
        return "scratches", missing
    for _ in range(int(torch.randint(1, 4, (), generator=rng))):
        height, width = (int(torch.randint(4, 17, (), generator=rng)) for _ in range(2))
        top, left = (int(torch.randint(side - size, (), generator=rng)) for size in (height, width))
        missing[top : top + height, left : left + width] = True
    return "holes", missing


def _scratch(missing: Tensor, rng: torch.Generator) -> None:
    """A line across, of one to five pixels."""
    side, angle, wide = len(missing), _uniform(rng, 0, math.pi), _uniform(rng, 0.5, 2.5)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    across = rows * math.cos(angle) - columns * math.sin(angle)
    place = float(across.flatten()[int(torch.randint(across.numel(), (), generator=rng))])
    missing |= (across - place).abs() <= wide


def deblurring(image: Tensor, side: int, edge: int, seed: int, kernel: tuple[str, Tensor] | None = None) -> Case:
    """The middle of ``image``, seen by a camera whose blur reaches beyond the frame."""
    rng = torch.Generator().manual_seed(seed)
    sigma = level_of(edge, rng)
    kind, taps = blur(rng) if kernel is None else kernel
    taps = (taps / taps.sum()).reshape(taps.shape[-2:]).float()
    rows, columns = (size // 2 for size in taps.shape)
    top, left = (max(rows, (size - side) // 2) for size in image.shape[-2:])
    side = min(side, image.shape[-2] - 2 * rows, image.shape[-1] - 2 * columns)
    wide = image[:, top - rows : top + side + taps.shape[0] - 1 - rows]
    wide = wide[..., left - columns : left + side + taps.shape[1] - 1 - columns].float() / 255
    blurred = F.conv2d(wide[:, None], taps.flip(0, 1)[None, None])[:, 0]
    truth = wide[:, rows:, columns:][:, : blurred.shape[1], : blurred.shape[2]]
    y = _recorded(blurred, sigma, rng)
    return Case(truth, y, Deblur(taps), sigma, partial(deblur, y, taps, sigma=sigma), kind)


def enlarging(image: Tensor, side: int, edge: int, seed: int, factor: int) -> Case:
    """The middle of ``image``, as a camera of coarser pixels sees it."""
    rng = torch.Generator().manual_seed(seed)
    sigma, task = level_of(edge, rng), SuperResolve(factor)
    side, reach = side // factor * factor, 4 * factor
    side = min(side, (min(image.shape[-2:]) - 2 * reach) // factor * factor)
    top, left = ((size - side) // 2 for size in image.shape[-2:])
    wide = image[:, top - reach : top + side + reach, left - reach : left + side + reach].float() / 255
    cut = reach // factor
    small = Downsampling(task.centred(), factor).A(wide[None])[0, :, cut:-cut, cut:-cut]
    y = _recorded(small, sigma, rng)
    truth = wide[:, reach : reach + side, reach : reach + side]
    return Case(truth, y, task, sigma, partial(superresolve, y, factor, sigma=sigma), "Gaussian")


def filling(image: Tensor, side: int, edge: int, seed: int) -> Case:
    """The middle of ``image`` with missing pixels; without noise where ``edge`` is zero."""
    rng = torch.Generator().manual_seed(seed)
    side = min(side, *image.shape[-2:])
    sigma = level_of(edge, rng) if edge else 0.0
    kind, missing = mask(side, rng)
    top, left = ((size - side) // 2 for size in image.shape[-2:])
    truth = image[:, top : top + side, left : left + side].float() / 255
    y = _recorded(truth, sigma, rng).masked_fill(missing, 0)
    return Case(truth, y, Inpaint(missing), sigma, partial(inpaint, y, missing.numpy(), sigma=sigma), kind)


def _recorded(x: Tensor, sigma: float, rng: torch.Generator) -> Tensor:
    """With noise, clipped and rounded to 8 bits, as in the pictures that people have."""
    return ((x + sigma * torch.randn(x.shape, generator=rng)).clamp(0, 1) * 255).round() / 255


def _uniform(rng: torch.Generator, low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), generator=rng, dtype=torch.float64))
