"""Line integrals of images, as the scanner of a PET system lists them."""

import math
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from preimage.kernels.rays.line_sums import smear_lines, sum_lines
from preimage.kernels.rays.lines import Lines, lines_of
from preimage.kernels.rays.projection import project, smear
from preimage.physics.pet.scanner import DetectorPairs, RingScanner
from preimage.physics.tomography import ParallelBeam
from preimage.physics.tomography.rays import slabs_of

__all__ = ["LineProjector", "PETScanner", "StripProjector", "projector_of"]

PETScanner = ParallelBeam | RingScanner | DetectorPairs


class StripProjector:
    """Parallel strips through a plane, or through every plane of a volume; images and sinograms are planes (P, ...).

    Args:
        geometry: what is measured of every plane.
        shape: (H, W) or (D, H, W).
        pixel: size of a pixel.
    """

    def __init__(self, geometry: ParallelBeam, shape: tuple[int, ...], pixel: float) -> None:
        slabs = slabs_of(geometry, (shape[-2], shape[-1]), pixel)
        self.measured_shape = (*shape[:-2], geometry.views, geometry.bins)
        self._project, self._smear = partial(project, slabs=slabs), partial(smear, slabs=slabs)

    def project(self, x: Tensor) -> Tensor:
        """The sinograms of images ``x`` (P, ...)."""
        return self._project(x.flatten(0, -3)).reshape(*x.shape[:-2], *self.measured_shape[-2:])

    def smear(self, y: Tensor) -> Tensor:
        """The adjoint of :meth:`project`."""
        planes = self._smear(y.flatten(0, -3))
        return planes.reshape(*y.shape[:-2], *planes.shape[1:])


@dataclass(frozen=True)
class LineProjector:
    """Lines between detectors; each entry of the measurement is the mean over some of them.

    Attributes:
        lines: ``rays`` in turn for each entry.
        measured_shape: the shape of the entries.
        rays: lines for each entry.
    """

    lines: Lines
    measured_shape: tuple[int, ...]
    rays: int

    def project(self, x: Tensor) -> Tensor:
        """The line integrals of images ``x`` (P, ...)."""
        y = sum_lines(x, self.lines)
        return y.reshape(len(x), *self.measured_shape, self.rays).mean(-1)

    def smear(self, y: Tensor) -> Tensor:
        """The adjoint of :meth:`project`."""
        each = (y / self.rays)[..., None].expand(*y.shape, self.rays)
        return smear_lines(each.reshape(len(y), self.lines.count), self.lines)


def projector_of(
    scanner: PETScanner, shape: tuple[int, ...], sizes: tuple[float, ...]
) -> StripProjector | LineProjector:
    """What ``scanner`` sees of images of ``shape`` voxels of ``sizes``.

    Raises:
        ArgumentError: the scanner measures images of other dimensions, or pixels are not square.
    """
    if isinstance(scanner, ParallelBeam):
        return StripProjector(scanner, shape, sizes[-1])
    dims = len(shape)
    # x, y, z to the axes of the image: depth, rows downwards, columns.
    order, sign = ([1, 0], [-1.0, 1.0]) if dims == 2 else ([2, 1, 0], [1.0, -1.0, 1.0])
    turned = torch.tensor(sign, dtype=torch.float64)
    start, end = (ends[..., order] * turned for ends in scanner.ends(dims))
    rays = start.shape[-2]
    lines = lines_of(start.reshape(-1, dims), end.reshape(-1, dims), shape, sizes)
    measured = scanner.measured_shape(dims)
    assert math.prod(measured) * rays == lines.count
    return LineProjector(lines, measured, rays)
