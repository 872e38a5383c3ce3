"""Homographies of the image plane, and subgroups of them."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_interval, check_level
from preimage.errors import ArgumentError
from preimage.transform.actions.base import InvertibleTransform, uniforms
from preimage.transform.actions.resample import Resampling, pixel_grid

__all__ = ["Affine", "Euclidean", "Homography", "PanTiltRotate", "Similarity"]

_FOCAL = 2.0  # focal length in halves of the longer side: a camera that sees 53 degrees
_AHEAD = 1e-2  # what lies behind the camera counts as this far ahead of it, which is far outside the image


@dataclass(frozen=True)
class _Limits:
    """The largest values that are drawn: degrees, ratios, parts of the longer side."""

    tilt: float = 0.0
    rotation: float = 0.0
    zoom: float = 1.0
    shift: float = 0.0
    stretch: float = 1.0

    def __post_init__(self) -> None:
        check_interval("tilt", self.tilt, "[0, 45]", "give degrees")
        check_interval("rotation", self.rotation, "[0, 180]", "give degrees")
        check_level("shift", self.shift, "give a part of the longer side", zero=True)
        for name, value in (("zoom", self.zoom), ("stretch", self.stretch)):
            if not 1 <= value < math.inf:
                raise ArgumentError(f"`{name}` must be at least 1, got {value}; give a ratio, 1 for none.")

    def scales(self) -> Tensor:
        """Of what is uniform in [-1, 1)."""
        pan, angle = math.radians(self.tilt), math.radians(self.rotation)
        numbers = [
            pan,
            pan,
            angle,
            math.log(self.zoom),
            2 * self.shift,
            2 * self.shift,
            math.log(self.stretch),
            math.pi,
        ]
        return torch.tensor(numbers, dtype=torch.float64)


class _Projective(InvertibleTransform):
    """``(T x)(u) = x(M^-1 u)`` with a matrix ``M`` in homogeneous coordinates.

    The parameters (B, 8) are pan, tilt, angle, log of the zoom, shift to the right and downwards, log of the stretch,
    and twice the angle of its axis. Angles are in radians, shifts in halves of the longer side.
    """

    resampling: Resampling

    def __init__(self, limits: _Limits, resampling: Resampling | None) -> None:
        super().__init__()
        self.resampling = Resampling() if resampling is None else resampling
        self._limits = limits

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return self._limits.scales() * (2 * uniforms(batch, 8, rng) - 1)

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return self._sampled(x, torch.linalg.inv(self.matrix(params)))

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return self._sampled(x, self.matrix(params))

    def matrix(self, params: Tensor) -> Tensor:
        """The matrices ``M`` (B, 3, 3), float64.

        Coordinates are to the right and downwards from the centre of the image, in halves of its longer side.
        """
        pan, tilt, angle, zoom, right, down, stretch, axis = params.cpu().double().unbind(1)
        one, none = torch.ones_like(pan), torch.zeros_like(pan)
        # The exponential of a symmetric matrix without trace.
        along, across = stretch.cosh() + stretch.sinh() * axis.cos(), stretch.cosh() - stretch.sinh() * axis.cos()
        mixed = stretch.sinh() * axis.sin()
        moved = _rows([one, none, right], [none, one, down], [none, none, one])
        zoomed = _rows([zoom.exp(), none, none], [none, zoom.exp(), none], [none, none, one])
        stretched = _rows([along, mixed, none], [mixed, across, none], [none, none, one])
        panned = _rows([pan.cos(), none, pan.sin()], [none, one, none], [-pan.sin(), none, pan.cos()])
        tilted = _rows([one, none, none], [none, tilt.cos(), -tilt.sin()], [none, tilt.sin(), tilt.cos()])
        turned = _rows([angle.cos(), -angle.sin(), none], [angle.sin(), angle.cos(), none], [none, none, one])
        camera = torch.diag(torch.tensor([_FOCAL, _FOCAL, 1], dtype=torch.float64))
        return moved @ camera @ panned @ tilted @ torch.linalg.inv(camera) @ turned @ zoomed @ stretched

    def _sampled(self, x: Tensor, matrix: Tensor) -> Tensor:
        half = max(x.shape[-2:]) / 2
        centre = torch.tensor([x.shape[-1] - 1, x.shape[-2] - 1], dtype=torch.float64, device=x.device) / 2
        here = (pixel_grid(x) - centre) / half
        here = torch.cat([here, torch.ones_like(here[..., :1])], -1)
        there = torch.einsum("bij,hwj->bhwi", matrix.to(x.device), here).expand(len(x), -1, -1, -1)
        points = there[..., :2] / there[..., 2:].clamp_min(_AHEAD)
        return self.resampling.sample(x, centre + half * points)


def _rows(*rows: list[Tensor]) -> Tensor:
    return torch.stack([torch.stack(row, -1) for row in rows], -2)


class Homography(_Projective):
    r"""What a flat scene looks like from another camera: shift, pan and tilt, turn, zoom and stretch, in reverse order.

    ``(T x)(u) = x(M^-1 u)`` in homogeneous coordinates ``u`` with ``M = S K R_pan R_tilt K^-1 R Z E``: a stretch ``E``
    along a random axis, a zoom ``Z``, a turn ``R`` in the plane, a turn of a camera ``K`` whose focal length is the
    longer side of the image, and a shift ``S``. Each is uniform up to its limit, ratios in their logarithm. The inverse
    is exact for ``M``; images are interpolated, and what leaves the frame is lost.

    Args:
        tilt: degrees that the camera pans and tilts at most, in [0, 45].
        rotation: degrees of the largest turn in the plane, in [0, 180].
        zoom: the largest magnification, >= 1, and the inverse of the smallest.
        shift: the longest shift along rows or columns, as a part of the longer side, >= 0.
        stretch: the largest ratio by which one axis grows and the other shrinks, >= 1.
        resampling: how images are interpolated and continued; bilinear and reflected by default.

    Raises:
        ArgumentError: a limit is out of its range.

    Source: Wang and Davies, "Perspective-equivariant imaging", ECCV workshops 2024.
    """

    def __init__(
        self,
        tilt: float = 10.0,
        rotation: float = 180.0,
        zoom: float = 1.5,
        shift: float = 0.1,
        stretch: float = 1.2,
        resampling: Resampling | None = None,
    ) -> None:
        super().__init__(_Limits(tilt, rotation, zoom, shift, stretch), resampling)
        self.tilt, self.rotation, self.zoom, self.shift, self.stretch = tilt, rotation, zoom, shift, stretch


class Affine(_Projective):
    """A random affine map of the plane: stretch, zoom, turn, then shift. See :class:`Homography`.

    Args:
        rotation: degrees of the largest turn, in [0, 180].
        zoom: the largest magnification, >= 1, and the inverse of the smallest.
        shift: the longest shift along rows or columns, as a part of the longer side, >= 0.
        stretch: the largest ratio by which one axis grows and the other shrinks, >= 1.
        resampling: how images are interpolated and continued; bilinear and reflected by default.

    Raises:
        ArgumentError: a limit is out of its range.
    """

    def __init__(
        self,
        rotation: float = 180.0,
        zoom: float = 1.5,
        shift: float = 0.1,
        stretch: float = 1.2,
        resampling: Resampling | None = None,
    ) -> None:
        super().__init__(_Limits(0, rotation, zoom, shift, stretch), resampling)
        self.rotation, self.zoom, self.shift, self.stretch = rotation, zoom, shift, stretch


class Similarity(_Projective):
    """A random zoom, turn, then shift: angles stay as they are. See :class:`Homography`.

    Args:
        rotation: degrees of the largest turn, in [0, 180].
        zoom: the largest magnification, >= 1, and the inverse of the smallest.
        shift: the longest shift along rows or columns, as a part of the longer side, >= 0.
        resampling: how images are interpolated and continued; bilinear and reflected by default.

    Raises:
        ArgumentError: a limit is out of its range.
    """

    def __init__(
        self, rotation: float = 180.0, zoom: float = 1.5, shift: float = 0.1, resampling: Resampling | None = None
    ) -> None:
        super().__init__(_Limits(0, rotation, zoom, shift), resampling)
        self.rotation, self.zoom, self.shift = rotation, zoom, shift


class Euclidean(_Projective):
    """A random turn by any angle, then a shift: distances stay as they are. See :class:`Homography`.

    Args:
        rotation: degrees of the largest turn, in [0, 180].
        shift: the longest shift along rows or columns, as a part of the longer side, >= 0.
        resampling: how images are interpolated and continued; bilinear and reflected by default.

    Raises:
        ArgumentError: a limit is out of its range.
    """

    def __init__(self, rotation: float = 180.0, shift: float = 0.1, resampling: Resampling | None = None) -> None:
        super().__init__(_Limits(0, rotation, 1, shift), resampling)
        self.rotation, self.shift = rotation, shift


class PanTiltRotate(_Projective):
    """A random turn of the camera about its three axes, ``M = K R_pan R_tilt R K^-1``. See :class:`Homography`.

    Args:
        tilt: degrees that the camera pans and tilts at most, in [0, 45].
        rotation: degrees of the largest turn about the axis of the lens, in [0, 180].
        resampling: how images are interpolated and continued; bilinear and reflected by default.

    Raises:
        ArgumentError: a limit is out of its range.
    """

    def __init__(self, tilt: float = 10.0, rotation: float = 180.0, resampling: Resampling | None = None) -> None:
        super().__init__(_Limits(tilt, rotation), resampling)
        self.tilt, self.rotation = tilt, rotation
