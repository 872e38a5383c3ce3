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

__all__ = ["FanBeam", "Geometry", "ParallelBeam"]


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


Geometry = ParallelBeam | FanBeam
