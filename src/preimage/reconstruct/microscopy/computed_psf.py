"""The kernel of a microscope that is described."""

import math
from dataclasses import replace

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics.microscopy import Microscope, confocal_psf, light_sheet_psf, two_photon_psf
from preimage.reconstruct.microscopy.description import PSFDescription

__all__ = ["computed_psf"]

_KEPT = 0.995  # of the light of the largest kernel
_VECTORIAL = 0.7  # aperture from which polarisation matters
_RINGS = 4  # of a point in focus, in wavelengths over the aperture


def computed_psf(description: PSFDescription, shape: tuple[int, ...], voxel: tuple[float, ...]) -> Tensor:
    """The kernel of the microscope of ``description`` for an image of ``shape``, of sum one.

    It holds the planes that are up to half of the stack away, and the first rings of a point in focus; what is out of
    focus is cut off at an eighth of a side. Of this light the outermost half percent is left out.

    Args:
        voxel: its sides in micrometres, one for each axis.

    Raises:
        ArgumentError: a number is out of its range.
    """
    if description.size is not None:
        if len(description.size) != len(shape):
            raise ArgumentError(f"`psf` must have a size of {len(shape)} axes, got {description.size}; as the image.")
        return _of_model(description, description.size, voxel).float()
    largest = _largest(description, shape, voxel)
    return _trimmed(_of_model(description, largest, voxel)).float()


def _largest(description: PSFDescription, shape: tuple[int, ...], voxel: tuple[float, ...]) -> tuple[int, ...]:
    planes = shape[0] // 2 if len(shape) == 3 else 0
    steep = math.tan(math.asin(min(description.na / description.ri, 0.99)))
    rings = _RINGS * description.wavelength / description.na
    halves = [planes] if len(shape) == 3 else []
    for side, size in zip(voxel[-2:], shape[-2:], strict=True):
        in_focus, far = math.ceil(rings / side), math.ceil((rings + planes * voxel[0] * steep) / side)
        halves.append(min(max(in_focus, min(far, size // 8)), size))
    return tuple(2 * half + 1 for half in halves)


def _of_model(description: PSFDescription, shape: tuple[int, ...], voxel: tuple[float, ...]) -> Tensor:
    scope = Microscope(
        description.na, description.wavelength, description.ri, description.sample, description.depth,
        vectorial=description.na > _VECTORIAL,
    )  # fmt: skip
    if description.model == "confocal":
        assert description.excitation is not None
        laser = replace(scope, wavelength=description.excitation)
        return confocal_psf(laser, scope, shape, voxel, description.pinhole)
    if description.model == "two-photon":
        return two_photon_psf(scope, shape, voxel)
    if description.model == "light-sheet" and len(shape) == 3:
        assert description.waist is not None
        return light_sheet_psf(scope, shape, voxel, description.waist)
    return scope.psf(shape, voxel)


def _trimmed(kernel: Tensor) -> Tensor:
    """The middle part that holds almost all of the light, with sides as short as they can be, one axis at a time."""
    for axis in range(kernel.ndim):
        others = [other for other in range(kernel.ndim) if other != axis]
        profile = kernel.sum(others)
        half = len(profile) // 2
        held = profile[half:].clone()
        held[1:] += profile[:half].flip(0)
        needed = int((held.cumsum(0) < _KEPT * kernel.sum()).sum())
        kernel = kernel.narrow(axis, half - min(needed, half), 2 * min(needed, half) + 1)
    return kernel / kernel.sum()
