"""Where the source and the detector of a tomograph are."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_level
from preimage.errors import ArgumentError

__all__ = ["ConeBeam", "FanBeam", "Geometry", "ParallelBeam"]


@dataclass(frozen=True, eq=False)
class Scan:
    """What all geometries have: angles in degrees, one for each view, and a detector of equal bins.

    Two geometries are equal where all their numbers are, however the angles were given.
    """

    angles: Sequence[float] | Tensor
    bins: int

    def __post_init__(self) -> None:
        if not self.degrees or not all(math.isfinite(angle) for angle in self.degrees):
            raise ArgumentError(
                f"`angles` must be finite numbers of degrees, got {self.angles!r}; give one for each view."
            )
        if not isinstance(self.bins, int) or self.bins < 1:
            raise ArgumentError(f"`bins` must be an integer >= 1, got {self.bins!r}; give the number of detector bins.")

    @property
    def degrees(self) -> tuple[float, ...]:
        """The angles as numbers."""
        return tuple(torch.as_tensor(self.angles, dtype=torch.float64).flatten().tolist())

    @property
    def views(self) -> int:
        """The number of angles."""
        return len(self.angles)

    def take(self, views: slice) -> Self:
        """The same tomograph at some of its views."""
        return replace(self, angles=self.degrees[views])

    def _numbers(self) -> dict[str, Any]:
        return {**asdict(self), "angles": self.degrees}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scan) and type(other) is type(self) and other._numbers() == self._numbers()

    def __hash__(self) -> int:
        return hash(self.degrees)


@dataclass(frozen=True, eq=False)
class ParallelBeam(Scan):
    """Parallel rays, for each view at an angle ``t``: ``x cos t + y sin t = s``.

    ``x`` points right and ``y`` up in the picture, from the axis of rotation, which is the middle of the image (between
    two pixels where a size is even). Angles turn counter-clockwise. Bin ``k`` of ``n`` is as wide as the spacing, its
    middle is at ``s = (k - (n - 1) / 2) spacing + offset - axis``. At 0 degrees, bins go from left to right and rays
    run along columns; at 90 degrees bins go from the bottom to the top.

    Args:
        angles: in degrees, one for each view, in any order.
        bins: the number of bins of the detector.
        spacing: the spacing of the bins, in the unit of the pixel size; each bin is as wide.
        offset: the offset of the middle of the detector along ``s``, in the same unit.
        axis: where the axis of rotation is seen along ``s``, in the same unit: the centre of rotation.

    Raises:
        ArgumentError: there is no view or no bin, an angle is not finite, or the spacing is not positive.
    """

    spacing: float = 1.0
    offset: float = 0.0
    axis: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_level("spacing", self.spacing, "give the width of a bin in the unit of the pixel size")


@dataclass(frozen=True, eq=False)
class FanBeam(Scan):
    """Rays from a point that turns around the object, in the plane of the image.

    With ``s`` and the angle ``t`` of :class:`ParallelBeam`, the source is at ``source`` in the direction
    ``(sin t, -cos t)`` from the axis of rotation, the detector beyond it at ``detector``: at 0 degrees the source is
    below the image, the detector above, and bins go from left to right.

    Args:
        angles: in degrees, one for each view, in any order.
        bins: the number of bins of the detector.
        source: distance of the source from the axis, in the unit of the pixel size.
        detector: distance of the detector from the axis, in the same unit; 0 for a virtual detector on the axis.
        spacing: the spacing of the bins on the detector (along the arc if it is curved), in the same unit.
        offset: the offset of the middle of the detector, in the same unit.
        axis: distance of the axis of rotation from the line through the source and the middle of the detector.
        curved: whether the detector is an arc around the source, with bins of equal angles, or else flat.

    Raises:
        ArgumentError: as for :class:`ParallelBeam`; the source is not outside the axis, or the fan is half a circle.
    """

    source: float
    detector: float = 0.0
    spacing: float = 1.0
    offset: float = 0.0
    axis: float = 0.0
    curved: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_level("spacing", self.spacing, "give the width of a bin in the unit of the pixel size")
        check_level("source", self.source, "give the distance of the source from the axis of rotation")
        check_level("detector", self.detector, "give the distance of the detector from the axis", zero=True)
        widest = (self.bins / 2 * self.spacing + abs(self.offset)) / (self.source + self.detector)
        if self.curved and widest >= math.pi / 2:
            raise ArgumentError(
                f"`bins` must span less than half a circle, got {2 * math.degrees(widest):.4g} degrees; "
                "give a smaller `spacing`."
            )


@dataclass(frozen=True, eq=False)
class ConeBeam(Scan):
    """Rays from a point that turns around a volume, to a detector of rows and columns.

    In the plane of the source it is the :class:`FanBeam` of the same numbers. Image ``d`` of the ``D`` images of the
    volume is at the height ``(d - (D - 1) / 2) pixel`` along the axis of rotation, row ``m`` of the detector at ``(m -
    (rows - 1) / 2) row_spacing + row_offset`` above the source. On a helix, source and detector rise by ``pitch`` in a
    turn; the view at the mean of the angles is in the plane of the middle of the volume.

    Args:
        angles: in degrees, one for each view, in any order; on a helix they go on beyond 360.
        bins: columns of the detector.
        rows: the number of rows of the detector.
        source: distance of the source from the axis, in the unit of the voxel size.
        detector: distance of the detector from the axis, in the same unit.
        spacing: the distance between columns, in the same unit.
        row_spacing: the distance between rows, in the same unit; that of the columns by default.
        offset: the place of the middle of the detector along a row, in the same unit.
        row_offset: the place of the middle of the detector along the axis, in the same unit.
        axis: as for :class:`FanBeam`.
        curved: whether the detector is part of a cylinder around the source, or else flat.
        pitch: the rise in a full turn, in the same unit.

    Raises:
        ArgumentError: as for :class:`FanBeam`; there is no row, or the row spacing is not positive.
    """

    rows: int
    source: float
    detector: float = 0.0
    spacing: float = 1.0
    row_spacing: float | None = None
    offset: float = 0.0
    row_offset: float = 0.0
    axis: float = 0.0
    curved: bool = False
    pitch: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.rows, int) or self.rows < 1:
            raise ArgumentError(f"`rows` must be an integer >= 1, got {self.rows!r}; give the number of detector rows.")
        check_level("row_spacing", self.row_height, "give the height of a row in the unit of the voxel size")
        self.fan.take(slice(0, 1))  # checks the rest

    @property
    def row_height(self) -> float:
        """The spacing of the rows."""
        return self.spacing if self.row_spacing is None else self.row_spacing

    @property
    def fan(self) -> FanBeam:
        """What it is in the plane of the source."""
        return FanBeam(
            self.angles, self.bins, self.source, self.detector, self.spacing, self.offset, self.axis, self.curved
        )

    @property
    def rises(self) -> tuple[float, ...]:
        """The height of the source above the middle of the volume in each view."""
        mean = sum(self.degrees) / self.views
        return tuple(self.pitch * (angle - mean) / 360 for angle in self.degrees)


Geometry = ParallelBeam | FanBeam
