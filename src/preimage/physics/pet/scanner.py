"""Where the detectors of a PET scanner are, and which pairs of them count coincidences."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_count, check_level
from preimage.errors import ArgumentError, ShapeError

__all__ = ["DetectorPairs", "RingScanner"]


@dataclass(frozen=True)
class RingScanner:
    """Detectors at equal angles on a circle, or on several circles one behind the other.

    Detector ``i`` of ``n`` is at the angle ``t = 360 i / n``, at ``radius (sin t, -cos t)`` from the axis of the
    scanner: detector 0 is at the bottom of the picture, and numbers grow counter-clockwise. The sinogram has ``n / 2``
    views. In view ``v`` bin ``k``, ``m = k - bins // 2``, counts coincidences between the detectors
    ``v + floor(m / 2)`` and ``v + n / 2 - floor((m + 1) / 2)`` (modulo ``n``); the line between them is at
    ``s = radius sin(pi m / n)`` in a view of :class:`preimage.physics.ParallelBeam` at ``360 v / n`` degrees, or half a
    detector before that where ``m`` is odd. Every pair occurs once at most: with ``n - 1`` bins exactly once.

    With several rings there is a sinogram for each ordered pair of them, at most ``ring_difference`` apart: see
    :attr:`ring_pairs`. Ring ``r`` is at the height ``(r - (rings - 1) / 2) ring_spacing`` along the axis.

    Args:
        detectors: the number of detectors in a ring, even.
        bins: bins of the sinogram in each view, at most ``detectors - 1``; odd for a bin in the middle.
        radius: distance of the detectors (where photons interact in them) from the axis, in the unit of the pixel size.
        rings: the number of rings.
        ring_spacing: the distance between rings, in the same unit.
        ring_difference: largest difference of the numbers of two rings that count together; by default any.
        rays: lines that stand for a pair, evenly spread over the width of the detectors, of which the mean is taken;
            3 where pixels are smaller than half a detector, so that all are seen evenly.
        chosen: which views are taken; all of them by default.

    Raises:
        ArgumentError: a number is out of its range.
    """

    detectors: int
    bins: int
    radius: float
    rings: int = 1
    ring_spacing: float = 1.0
    ring_difference: int | None = None
    rays: int = 1
    chosen: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Require that numbers are in their ranges."""
        check_count("detectors", self.detectors, "give the number in one ring", 2)
        for name, count in (("bins", self.bins), ("rings", self.rings), ("rays", self.rays)):
            check_count(name, count, "give how many there are")
        for name, length in (("radius", self.radius), ("ring_spacing", self.ring_spacing)):
            check_level(name, length, "give a length in the unit of the pixel size")
        if self.detectors % 2:
            raise ArgumentError(f"`detectors` must be even, got {self.detectors}; give the number in one ring.")
        if self.bins >= self.detectors:
            raise ArgumentError(
                f"`bins` must be at most `detectors` - 1 = {self.detectors - 1}, got {self.bins}; take fewer."
            )
        if self.ring_difference is not None:
            check_count("ring_difference", self.ring_difference, "0 takes each ring by itself", 0)
        if not all(0 <= view < self.detectors // 2 for view in self.taken):
            raise ArgumentError(
                f"`chosen` must be views from 0 to {self.detectors // 2 - 1}, got {self.chosen}; leave the others out."
            )

    @property
    def taken(self) -> tuple[int, ...]:
        """The views that are taken."""
        return tuple(range(self.detectors // 2)) if self.chosen is None else self.chosen

    @property
    def views(self) -> int:
        """The number of views."""
        return len(self.taken)

    def take(self, views: slice) -> Self:
        """The same scanner at some of its views."""
        return replace(self, chosen=self.taken[views])

    @property
    def pairs(self) -> Tensor:
        """The numbers of the two detectors of each bin, (V, K, 2)."""
        m = torch.arange(self.bins) - self.bins // 2
        view = torch.tensor(self.taken)[:, None]
        first = view + m.div(2, rounding_mode="floor")
        second = view + self.detectors // 2 - (m + 1).div(2, rounding_mode="floor")
        return torch.stack([first, second], 2).remainder(self.detectors)

    @property
    def ring_pairs(self) -> Tensor:
        """The rings of the first and of the second detector of each sinogram, (S, 2).

        Ordered by their difference, 0, 1, -1, 2, -2, ..., and then by their sum: by segments.
        """
        most = self.rings - 1 if self.ring_difference is None else min(self.ring_difference, self.rings - 1)
        differences = [0, *(d for size in range(1, most + 1) for d in (size, -size))]
        rings = range(self.rings)
        found = [(a, a + d) for d in differences for a in rings if a + d in rings]
        return torch.tensor(found)

    def measured_shape(self, dims: int) -> tuple[int, ...]:
        """(V, K) for images of two dimensions, (S, V, K) for volumes."""
        return (self.views, self.bins) if dims == 2 else (len(self.ring_pairs), self.views, self.bins)

    def ends(self, dims: int) -> tuple[Tensor, Tensor]:
        """The ends of the lines of each entry of a sinogram, both (..., rays, dims): x, y, and z in volumes.

        Raises:
            ArgumentError: there are several rings, and the image is plane.
        """
        if dims == 2 and self.rings > 1:
            raise ArgumentError(f"`shape` must be (D, H, W) for {self.rings} rings, got two sizes; add that of depth.")
        turn = 2 * math.pi / self.detectors
        aside = turn * ((torch.arange(self.rays, dtype=torch.float64) + 0.5) / self.rays - 0.5)
        ends = []
        for number, sign in zip(self.pairs.double().unbind(2), (1, -1), strict=True):
            t = turn * number[:, :, None] + sign * aside
            ends.append(self.radius * torch.stack([t.sin(), -t.cos()], 3))
        if dims == 3:
            heights = (self.ring_pairs.double() - (self.rings - 1) / 2) * self.ring_spacing
            for n in (0, 1):
                plane = ends[n].expand(len(heights), *ends[n].shape)
                height = heights[:, n].reshape(-1, 1, 1, 1, 1).expand(*plane.shape[:-1], 1)
                ends[n] = torch.cat([plane, height], -1)
        return ends[0], ends[1]


@dataclass(frozen=True, eq=False)
class DetectorPairs:
    """Detectors anywhere, and a list of the pairs of them that count coincidences: lines of response, one by one.

    Args:
        positions: (N, 2) for images, (N, 3) for volumes: x right and y up in the picture, z along the axis with the
            number of the image, from the middle of the image or volume, in the unit of the pixel size.
        pairs: (L, 2), the numbers of the two detectors of each line.

    Raises:
        ShapeError: a tensor has another shape.
        ArgumentError: a pair names a detector that is not there.
    """

    positions: Tensor
    pairs: Tensor

    def __post_init__(self) -> None:
        """Require that every pair names two detectors."""
        if self.positions.ndim != 2 or self.positions.shape[1] not in (2, 3):
            raise ShapeError(
                f"`positions` must be (N, 2) or (N, 3), got {tuple(self.positions.shape)}; give a row per detector."
            )
        if self.pairs.ndim != 2 or self.pairs.shape[1] != 2 or self.pairs.is_floating_point():
            raise ShapeError(
                f"`pairs` must be integers (L, 2), got {tuple(self.pairs.shape)} of {self.pairs.dtype}; give a row per "
                "line of response."
            )
        if not ((self.pairs >= 0) & (self.pairs < len(self.positions))).all():
            raise ArgumentError(
                f"`pairs` must be numbers from 0 to {len(self.positions) - 1}, got {int(self.pairs.min())} to "
                f"{int(self.pairs.max())}; give `positions` of all detectors."
            )

    @property
    def views(self) -> int:
        """The number of lines."""
        return len(self.pairs)

    def take(self, views: slice) -> Self:
        """The same detectors and some of the lines."""
        return replace(self, pairs=self.pairs[views])

    def measured_shape(self, dims: int) -> tuple[int, ...]:
        """(L,) whatever the image."""
        return (len(self.pairs),)

    def ends(self, dims: int) -> tuple[Tensor, Tensor]:
        """The ends of the lines, both (L, 1, dims).

        Raises:
            ArgumentError: images have more dimensions than positions, or fewer.
        """
        if self.positions.shape[1] != dims:
            raise ArgumentError(
                f"`shape` must have {self.positions.shape[1]} sizes as positions have coordinates, got {dims}."
            )
        first, second = self.positions.double()[self.pairs].unbind(1)
        return first[:, None], second[:, None]
