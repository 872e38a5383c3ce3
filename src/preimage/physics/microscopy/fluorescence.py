"""Point spread functions of fluorescence microscopes: what excites a point, times what is seen of it."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.physics.microscopy.microscope import Microscope

__all__ = ["confocal_psf", "light_sheet_psf", "two_photon_psf"]

Voxel = float | tuple[float, ...]


def confocal_psf(
    excitation: Microscope, emission: Microscope, shape: tuple[int, ...], voxel: Voxel, pinhole: float = 0.0
) -> Tensor:
    """``h_ex (h_em * disk)``: a spot of light scans the sample, and a pinhole lets its image pass.

    Args:
        excitation: the objective at the wavelength of the laser.
        emission: the objective at the wavelength of the dye, which is longer.
        shape: (H, W) or (D, H, W), as for :meth:`Microscope.psf`.
        voxel: its size along each axis, or one size for all.
        pinhole: its radius in the plane of the sample, >= 0; 0 is a point.

    Shapes: like ``shape``, float64, of sum one.
    """
    check_level("pinhole", pinhole, "give its radius in the plane of the sample", zero=True)
    seen = emission.psf(shape, voxel)
    if pinhole > 0:
        seen = _through_pinhole(seen, voxel, pinhole)
    return _of_sum_one(excitation.psf(shape, voxel) * seen)


def two_photon_psf(excitation: Microscope, shape: tuple[int, ...], voxel: Voxel) -> Tensor:
    """``h_ex^2``: two photons together excite the dye, and all of its light is counted.

    Args:
        excitation: the objective at the wavelength of the laser, about twice that of one photon.
        shape: (H, W) or (D, H, W), as for :meth:`Microscope.psf`.
        voxel: its size along each axis, or one size for all.

    Shapes: like ``shape``, float64, of sum one.
    """
    return _of_sum_one(excitation.psf(shape, voxel) ** 2)


def light_sheet_psf(detection: Microscope, shape: tuple[int, int, int], voxel: Voxel, waist: float | Tensor) -> Tensor:
    """``h_em exp(-2 z^2 / waist^2)``: a thin sheet of light excites the plane of focus from the side.

    Args:
        detection: the objective at the wavelength of the dye.
        shape: (D, H, W).
        voxel: its size along each axis, or one size for all.
        waist: where the intensity of the sheet is ``exp(-2)`` of its middle, > 0.

    Shapes: like ``shape``, float64, of sum one.
    """
    check_level("waist", waist, "give the half thickness of the sheet")
    step = voxel[0] if isinstance(voxel, (tuple, list)) else voxel
    z = (torch.arange(shape[0], dtype=torch.float64) - shape[0] // 2) * step
    return _of_sum_one(detection.psf(shape, voxel) * torch.exp(-2 * (z / waist) ** 2)[:, None, None])


def _through_pinhole(seen: Tensor, voxel: Voxel, radius: float) -> Tensor:
    """Every plane convolved with a disk, in the Fourier domain, where its transform is known: ``2 J1(k r) / (k r)``."""
    sizes = voxel[-2:] if isinstance(voxel, (tuple, list)) else (voxel, voxel)
    # Light that the window would wrap around comes back into margins as wide as the disk.
    margins = [math.ceil(radius / size) + 1 for size in sizes]
    wide = torch.nn.functional.pad(seen, (margins[1], margins[1], margins[0], margins[0]))
    ky, kx = (
        2 * math.pi * torch.fft.fftfreq(n, size, dtype=torch.float64)
        for n, size in zip(wide.shape[-2:], sizes, strict=True)
    )
    argument = radius * torch.hypot(ky[:, None], kx[None, :])
    disk = torch.where(argument > 0, 2 * torch.special.bessel_j1(argument) / argument.clamp_min(1e-30), 1.0)
    passed = torch.fft.ifft2(torch.fft.fft2(wide) * disk).real.clamp_min(0)
    return passed[..., margins[0] : wide.shape[-2] - margins[0], margins[1] : wide.shape[-1] - margins[1]]


def _of_sum_one(intensity: Tensor) -> Tensor:
    return intensity / intensity.sum()
