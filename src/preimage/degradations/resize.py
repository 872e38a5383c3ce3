"""Pictures resized, up or down."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_level
from preimage.degradations.draws import Range, draw_index, draw_number, require_range
from preimage.degradations.step import DrawnStep, Pair, Step
from preimage.errors import ArgumentError

__all__ = ["DrawnResize", "DrawnResizeTo", "Interpolation", "ResizeStep", "ResizeToStep", "resized"]

Interpolation = Literal["nearest", "bilinear", "bicubic", "area", "antialiased"]
_MODES: tuple[Interpolation, ...] = ("nearest", "bilinear", "bicubic", "area", "antialiased")


def resized(x: Tensor, size: tuple[int, int], mode: Interpolation) -> Tensor:
    """``x`` (B, C, H, W) at another size. Pixels are squares; output pixel ``i`` is centred at ``(i + 1/2) s - 1/2``.

    Args:
        x: real images.
        size: height and width of the result.
        mode: "nearest"; "bilinear" and "bicubic" (a = -3/4) interpolate between the nearest 2 or 4 samples, and alias
            where the picture becomes smaller; "area" takes the mean over the square of each output pixel, fractions of
            pixels included (where the picture becomes larger this is nearest with soft edges); "antialiased" is the
            cubic (a = -1/2) stretched by the factor.
    """
    if tuple(x.shape[-2:]) == size:
        return x
    if len(x) == 0:
        return x[..., :1, :1].expand(*x.shape[:2], *size)
    if mode == "area":
        rows, columns = (_overlaps(n, m, x) for n, m in zip(x.shape[-2:], size, strict=True))
        return rows @ x @ columns.mT
    if mode == "nearest":
        return F.interpolate(x, size, mode="nearest-exact")
    name = "bicubic" if mode == "antialiased" else mode
    return F.interpolate(x, size, mode=name, align_corners=False, antialias=mode == "antialiased")


def _overlaps(old: int, new: int, like: Tensor) -> Tensor:
    """(new, old): which part of each new pixel lies on each old one."""
    edges = torch.arange(new + 1, dtype=torch.float64) * old / new
    pixels = torch.arange(old, dtype=torch.float64)
    last = torch.minimum(edges[1:, None], pixels + 1)
    first = torch.maximum(edges[:-1, None], pixels)
    return ((last - first).clamp_min(0) * new / old).to(like)


def _check_mode(mode: str) -> None:
    if mode not in _MODES:
        raise ArgumentError(f"`mode` must be one of {', '.join(_MODES)}, got {mode!r}; choose how pixels are read.")


@dataclass(frozen=True)
class DrawnResize(DrawnStep):
    """Resizing by a factor; a side of n pixels becomes ``round(n scale)``, and at least one.

    Args:
        scale: > 0; above one the picture becomes larger.
        mode: as of :func:`preimage.degradations.resize.resized`.
        both: whether the clean picture is resized, too (antialiased), so that this is not to be undone.
    """

    scale: float
    mode: Interpolation = "bicubic"
    both: bool = False

    def __post_init__(self) -> None:
        check_level("scale", self.scale, "give a factor")
        _check_mode(self.mode)

    @property
    def zoom(self) -> float:
        """``scale``, where the clean picture is resized."""
        return self.scale if self.both else 1.0

    def apply(self, pair: Pair) -> Pair:
        """Resize one picture or both."""
        height, width = (max(1, round(n * self.scale)) for n in pair.degraded.shape[-2:])
        degraded = resized(pair.degraded, (height, width), self.mode)
        if not self.both:
            return pair._replace(degraded=degraded)
        # In the mode that was drawn, if it does not alias: a network must not be asked to undo interpolation.
        return Pair(degraded, resized(pair.clean, (height, width), "antialiased"))


@dataclass(frozen=True)
class DrawnResizeTo(DrawnStep):
    """Resizing to the size of the clean picture divided by ``factor``, whatever the size is now.

    Args:
        factor: > 0.
        mode: as of :func:`preimage.degradations.resize.resized`.
    """

    factor: float
    mode: Interpolation = "bicubic"

    def __post_init__(self) -> None:
        check_level("factor", self.factor, "give the factor of the scale")
        _check_mode(self.mode)

    def apply(self, pair: Pair) -> Pair:
        """Resize the degraded picture."""
        height, width = (max(1, round(n / self.factor)) for n in pair.clean.shape[-2:])
        return pair._replace(degraded=resized(pair.degraded, (height, width), self.mode))


@dataclass(frozen=True)
class ResizeStep(Step):
    """Resizing by a random factor: up, down, or not at all.

    Args:
        up: range of the factor where the picture becomes larger.
        down: range of the factor where it becomes smaller.
        weights: the probabilities of up, down and neither, up to a factor.
        modes: one of them is drawn.
        inverse: whether 1 / factor is uniform in ``1 / down``, instead of the factor.
        both: whether the clean picture is resized, too.

    Raises:
        ArgumentError: a range or a mode is none.
    """

    up: Range = (1.0, 2.0)
    down: Range = (0.5, 1.0)
    weights: tuple[float, float, float] = (0.5, 0.5, 0.0)
    modes: tuple[Interpolation, ...] = ("bilinear", "bicubic", "area")
    inverse: bool = False
    both: bool = False

    def __post_init__(self) -> None:
        require_range(self.up, "up", 1e-3)
        require_range(self.down, "down", 1e-3)
        for mode in self.modes:
            _check_mode(mode)

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the direction, the factor and the interpolation."""
        kind = draw_index(self.weights, rng)
        if kind == 2:
            return ()
        if kind == 1 and self.inverse:
            scale = 1 / draw_number((1 / self.down[1], 1 / self.down[0]), rng)
        else:
            scale = draw_number((self.up, self.down)[kind], rng)
        return (DrawnResize(scale, self.modes[draw_index([1.0] * len(self.modes), rng)], self.both),)


@dataclass(frozen=True)
class ResizeToStep(Step):
    """Resizing to the size of the clean picture divided by ``factor``, times a random factor.

    Args:
        factor: > 0.
        scale: a :class:`ResizeStep` whose factor the size is multiplied by, or None for the size itself.
        modes: one of them is drawn.

    Raises:
        ArgumentError: the factor or a mode is none.
    """

    factor: float
    scale: ResizeStep | None = None
    modes: tuple[Interpolation, ...] = ("bilinear", "bicubic", "area")

    def __post_init__(self) -> None:
        for mode in self.modes:
            DrawnResizeTo(self.factor, mode)

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the interpolation, and the factor."""
        mode = self.modes[draw_index([1.0] * len(self.modes), rng)]
        drawn = () if self.scale is None else self.scale.draw(rng)
        zoom = next((step.scale for step in drawn if isinstance(step, DrawnResize)), 1.0)
        return (DrawnResizeTo(self.factor / zoom, mode),)
