"""The kernel of the blur of a picture, and how far it is to be trusted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

import torch
from torch import Tensor

from preimage.blind.kernel.crop import seen_in, textured
from preimage.blind.kernel.edges import draw_edges, next_differences
from preimage.blind.kernel.energy import energy
from preimage.blind.kernel.family import Family, best_member, disk_family, gaussian_family, is_first, most_alike
from preimage.blind.kernel.mean import weighted_mean
from preimage.blind.kernel.pyramid import Turns, find_free_kernel
from preimage.blind.kernel.shape import agreement, centred, cropped, delta, tidied
from preimage.blind.kernel.sharpened import sharpened
from preimage.blind.luma import luma
from preimage.blind.single import check_single
from preimage.blind.white_noise import find_white_noise
from preimage.errors import ArgumentError

__all__ = ["KernelEstimate", "estimate_kernel"]

_SIDE = 384  # pixels of the part that is looked at
_USUAL, _LARGEST = 31, 51  # sides of the kernel: what is tried first, and where that cuts it
_SMALLEST, _ROOM = 7, 4  # the least side that is tried again, and pixels beyond what is not faint
_FAINT = 0.05  # of the largest entry
# Chosen by benchmarks/blind_kernels.py: the mean agreement with the best kernel, and the cost of no blur by its cost.
_AGREE, _GAIN = (0.6, 0.9), (0.96, 1.0)
_FALLING = 0.02  # share by which a kernel's cost exceeds the least where its weight in their mean is 1 / e
_CUT = 0.05  # of a kernel lies at its border: it goes on beyond
_LEAST = 24  # a picture of a smaller side tells nothing
_SCHEDULES = (Turns(first=16e-3, last=8e-3), Turns(first=8e-3, last=2e-3), Turns(first=4e-3, last=1e-3))
_JUDGE = 1e-3  # what an edge costs where kernels are compared
_NOISE = 1e-2  # the level for which these costs are; they grow with its square beyond
_DRAWN = 4e-3  # what an edge costs where a known shape is fitted
_FAR = 1.15  # the ratio of two estimates of one width from which they are not averaged
_AS_WELL, _CLEAR = 1.02, 1.25  # ratios of costs: a known shape is taken, and nothing else is possible
_EDGES = 0.01  # of the pixels: fewer edges tell less
_HARDLY = 0.05  # of these tell nothing
_SHARP = 0.6  # standard deviation of a blur of one pixel's own area and what cameras add


@dataclass(frozen=True)
class KernelEstimate:
    """A kernel that was found in a picture.

    Attributes:
        kernel: (k, k), k odd, not negative, sum one, its centre of mass within half a pixel of the middle.
        trust: from 0, a guess, to 1; below ``ENOUGH`` it should be looked at.
        kind: ``delta`` (the picture is sharp), ``gaussian``, ``disk`` (a lens out of focus), or ``free`` (any shape).
        parameters: ``sigma`` of a Gaussian or ``radius`` of a disk, in pixels.
    """

    ENOUGH: ClassVar[float] = 0.5

    kernel: Tensor
    trust: float
    kind: str = "free"
    parameters: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[Any, ...]:
        """Tables that cannot be changed cannot be pickled, so the parameters go as those that can."""
        return _restored, (self.kernel, self.trust, self.kind, dict(self.parameters))

    def describe(self) -> str:
        """The kind, and its parameter or size, in words."""
        if self.kind == "delta":
            return "none, the picture is sharp"
        if self.kind == "gaussian":
            return f"a Gaussian of standard deviation {self.parameters['sigma']:.2f} pixels"
        if self.kind == "disk":
            return f"out of focus, a disk of radius {self.parameters['radius']:.2f} pixels"
        return f"a kernel of {self.kernel.shape[0]}x{self.kernel.shape[1]} pixels"


def _restored(kernel: Tensor, trust: float, kind: str, parameters: dict[str, float]) -> KernelEstimate:
    return KernelEstimate(kernel, trust, kind, MappingProxyType(parameters))


@dataclass(frozen=True)
class _Candidate:
    kernel: Tensor
    cost: float
    kind: str = "free"
    parameter: float = 0.0


@dataclass(frozen=True)
class _Scene:
    """The part of the picture that is looked at, what of it counts, and the standard deviation of its noise."""

    y: Tensor
    seen: Tensor
    level: float

    @property
    def units(self) -> float:
        """By how much noise raises all costs."""
        return max((self.level / _NOISE) ** 2, 1.0)

    def judged(self, kernel: Tensor, margin: int) -> float:
        return energy(self.y, self.seen, kernel, _JUDGE * self.units, margin)


def estimate_kernel(picture: Tensor, size: int | None = None, sigma: float | None = None) -> KernelEstimate:
    """Find the kernel ``k`` of the blur ``y = k * x + noise`` from ``y`` alone, the same for all of the picture.

    The brightness of the part with most edges is looked at. ``x`` has few, large steps; from coarse to fine, steps and
    kernel are found in turns, under three costs of a step, and again in the size that the kernel was seen to need. The
    kernels with which fewest steps explain most of ``y`` make up the result, the best of them most; a Gaussian or a
    disk is taken where it explains ``y`` as well; else plug-and-play restores the picture, and the kernel is found anew
    in its edges, in turns. How far the kernels agree is the trust.

    Args:
        picture: (C, H, W), C = 1 or 3, in [0, 1].
        size: the side of the kernel, odd, at most a third of the picture; and of 384 pixels; by default 31, or 51
            where that cuts the kernel, and less in small pictures.
        sigma: the standard deviation of the noise; by default it is estimated.

    Raises:
        ShapeError: ``picture`` is no picture.
        ArgumentError: ``size`` is even, below 3 or too large.
    """
    check_single(picture)
    with torch.no_grad():
        y = luma(picture)[0].float()
        if min(y.shape) < _LEAST:
            return _nothing(y)
        _check_size(size, min(*y.shape, _SIDE))
        level = float(find_white_noise(picture.float()).more) if sigma is None else sigma
        part = textured(y, _SIDE)
        scene = _Scene(part, seen_in(part), level)
        told = min(_edge_share(scene) / _EDGES, 1.0)
        if told < _HARDLY:
            return _nothing(y)
        side = _fitting(min(_USUAL, min(part.shape) // 6) if size is None else size, part)
        return _chosen(
            scene, _free_candidates(scene, side, None if size is not None else _fitting(_LARGEST, part)), told
        )


def _free_candidates(scene: _Scene, side: int, largest: int | None) -> list[_Candidate]:
    """Those of the three costs of a step, in up to three sizes, the best one first.

    Sizes are ``side``, ``largest`` where that cuts the best, and what the best of these fills: pixels that a kernel
    does not need fit noise.
    """
    kernels = _kernels_of(scene, side)
    judged = _ranked(scene, kernels, side // 2 + 1)
    if largest is not None and side < largest and _is_cut(judged[0].kernel):
        side, kernels = largest, kernels + _kernels_of(scene, largest)
        judged = _ranked(scene, kernels, side // 2 + 1)
    needed = cropped(tidied(judged[0].kernel, _FAINT)).shape[0] + _ROOM
    if _SMALLEST <= needed < side:
        judged += _ranked(scene, _kernels_of(scene, needed), side // 2 + 1)
    return sorted(judged, key=lambda one: one.cost)


def _kernels_of(scene: _Scene, side: int) -> list[Tensor]:
    """A kernel for each cost of a step."""
    return [find_free_kernel(scene.y, scene.seen, side, schedule.times(scene.units)) for schedule in _SCHEDULES]


def _ranked(scene: _Scene, kernels: Sequence[Tensor], margin: int) -> list[_Candidate]:
    return sorted([_Candidate(kernel, scene.judged(kernel, margin)) for kernel in kernels], key=lambda one: one.cost)


def _chosen(scene: _Scene, frees: Sequence[_Candidate], told: float) -> KernelEstimate:
    """A known shape where it explains the picture as well, else the best free kernel, trusted as far as edges tell."""
    best, side = frees[0], max(one.kernel.shape[0] for one in frees)
    mean = weighted_mean([one.kernel for one in frees], [one.cost for one in frees], _FALLING)
    nothing = _Candidate(point := delta(side, scene.y), scene.judged(point, side // 2 + 1), "delta")
    bell = _member(scene, gaussian_family(side, scene.y), 2.0, mean)
    lens = _member(scene, disk_family(side, scene.y), 2 * bell.parameter, mean)
    excess = lens.cost / max(bell.cost, 1e-30) - 1
    shape = bell if is_first(bell.kernel, lens.kernel, mean, excess) else lens
    widths = {"gaussian": 1.0, "disk": 0.5}  # standard deviations by the parameter
    shape = nothing if nothing.cost < shape.cost or widths[shape.kind] * shape.parameter < _SHARP else shape
    if shape.cost <= (best.cost / _CLEAR if shape is nothing else best.cost * _AS_WELL):
        if shape is nothing:
            sure = _ramp(best.cost / shape.cost, 1.0, _CLEAR)
        else:
            alike = _ramp(agreement(best.kernel, shape.kernel), 0.6, 0.9)
            sure = max(alike, 0.4) * _ramp(nothing.cost / shape.cost, 1.0, 1.1)
        trust = sure * told
        names = {"gaussian": "sigma", "disk": "radius"}
        known = {names[shape.kind]: shape.parameter} if shape.kind in names else {}
        return KernelEstimate(cropped(tidied(shape.kernel, 1e-3)), trust, shape.kind, MappingProxyType(known))
    others = [agreement(best.kernel, other.kernel) for other in frees[1:]]
    alike = told * _ramp(sum(others) / len(others), *_AGREE)
    kernel = cropped(centred(tidied(mean, _FAINT)))
    if kernel.numel() == 1:
        return KernelEstimate(kernel, alike, nothing.kind)
    kernel = sharpened(scene.y, scene.seen, kernel, scene.level, partial(scene.judged, margin=side // 2 + 1), _FAINT)
    return KernelEstimate(kernel, alike * _ramp(nothing.cost / max(best.cost, 1e-30), *_GAIN))


def _member(scene: _Scene, family: Family, start: float, mean: Tensor) -> _Candidate:
    """The member halfway between what explains the picture best and what is most like the free kernels, ``mean``.

    Where the two are far from one another, the free kernels are of little use, and it is the former. It costs what the
    cheaper of itself and the former does, so that a known shape is taken as readily.
    """
    found = best_member(family, scene.y, scene.seen, start, _DRAWN * scene.units)
    ratio = float(family.parameters[most_alike(family, mean)]) / found.parameter
    index = family.nearest(found.parameter * (math.sqrt(ratio) if 1 / _FAR < ratio < _FAR else 1.0))
    kernel, margin = family.kernels[index], family.kernels.shape[-1] // 2 + 1
    cost = min(scene.judged(each, margin) for each in (found.kernel, kernel))
    return _Candidate(kernel, cost, found.kind, float(family.parameters[index]))


def _edge_share(scene: _Scene) -> float:
    """The share of the pixels at which there are edges."""
    edges = next_differences(draw_edges(scene.y, delta(3, scene.y), _DRAWN * scene.units))[:, 1:-2, 1:-2]
    return float((edges.square().sum(0) > 1e-4).float().mean())


def _ramp(value: float, low: float, high: float) -> float:
    """From 0 at ``low`` to 1 at ``high``."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _is_cut(kernel: Tensor) -> bool:
    """Whether much of ``kernel``, faint entries apart, lies at its border."""
    clear = tidied(kernel, _FAINT)
    return kernel.shape[0] > 6 and float(1 - clear[2:-2, 2:-2].sum()) > _CUT


def _fitting(side: int, part: Tensor) -> int:
    """``side``, odd and at most a third of ``part``."""
    side = min(side, min(part.shape) // 3)
    return max(side - 1 + side % 2, 3)


def _nothing(y: Tensor) -> KernelEstimate:
    return KernelEstimate(delta(1, y), 0.0, "delta")


def _check_size(size: int | None, most: int) -> None:
    if size is not None and not (3 <= size <= most // 3 and size % 2 == 1):
        raise ArgumentError(
            f"`size` must be odd, from 3 to {most // 3}, a third of the picture, got {size}; leave it out to have it "
            "found."
        )
