"""The operator that measures every plane of a stack, or every volume."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError
from preimage.files import Layout
from preimage.files.formats.table import by_file
from preimage.files.stacks.opening import stored_arrays
from preimage.machine.memory import available_bytes, format_bytes
from preimage.physics import Blur, Physics
from preimage.physics.noise import Noise
from preimage.reconstruct.microscopy.psf import PointSpread, chosen_psf
from preimage.reconstruct.microscopy.voxel import stored_voxel
from preimage.simulate.declaration import PhysicsRow

__all__ = ["StackOperator", "fit_stack"]

_COPIES = 12  # of a volume and what surrounds it, in single precision, at the most of a convolution


@dataclass(frozen=True)
class StackOperator:
    """How each plane, or each volume, is measured.

    Attributes:
        physics: the operator with its noise.
        shape: how many rows and columns it takes, and planes where it takes volumes; what is over is cut off behind.
        measured: the same of what it gives.
        is_complex: whether images are complex.
        notes: what the user should know.
    """

    physics: Physics
    shape: tuple[int, ...]
    measured: tuple[int, ...]
    is_complex: bool = False
    notes: tuple[str, ...] = ()

    @property
    def takes_volumes(self) -> bool:
        """Whether planes are measured together."""
        return len(self.shape) == 3

    def __call__(self, pixels: Tensor, rng: torch.Generator) -> Tensor:
        """Measure (C, H, W), or (C, D, H, W)."""
        inside = tuple(slice(0, size) for size in self.shape)
        x = pixels[(slice(None), *inside)][None]
        y = self.physics(x.to(torch.complex64) if self.is_complex else x, rng)
        return y[0]


def fit_stack(row: PhysicsRow, values: Mapping[str, Any], layout: Layout, noise: Noise, seed: int) -> StackOperator:
    """The operator of a row for the planes of a stack, one for all of them; or for volumes, where its kernel is one.

    Args:
        row: the physics.
        values: the values of its options.
        layout: the axes of the stack.
        noise: its noise.
        seed: the seed of what is random in the operator.

    Raises:
        ArgumentError, ImageFileError: an option is wrong, or does not suit the stack.
    """
    psf = _volume_kernel(values["kernel"], layout) if row.name == "blur" else None
    if psf is not None and psf.kernel.ndim == 3:
        return _volume_blur(psf, values["padding"], layout, noise)
    rows, columns = layout.plane_shape[:2]
    channels = layout.plane_shape[2] if layout.plane_axes == 3 else 1
    if row.takes == "grey" and channels != 1:
        raise ArgumentError(f"`INPUT` must be grey for {row.name}, got {channels} samples a pixel; take one of them.")
    if psf is not None:
        x, physics = torch.zeros(1, channels, rows, columns), Blur(psf.kernel, values["padding"])
    else:
        plane = torch.zeros(1, channels, rows, columns)
        fitted = row.load()(plane, values, torch.Generator().manual_seed(seed))
        x, physics = fitted.x, fitted.physics
    y = physics.A(x.to(torch.complex64) if row.is_complex else x)
    if not isinstance(y, Tensor) or y.ndim != 4 or y.shape[1] != channels:
        raise CapabilityError(f"`physics` must measure rows and columns of a plane, got {row.name}.")
    notes = () if psf is None else psf.notes
    shapes = (int(x.shape[-2]), int(x.shape[-1])), (int(y.shape[-2]), int(y.shape[-1]))
    return StackOperator(physics.with_noise(noise), *shapes, row.is_complex, notes)


def _volume_kernel(spec: str, layout: Layout) -> PointSpread | None:
    """The point spread that a description, or a file of a volume, tells; ``None`` for kernels of pictures."""
    path = Path(spec)
    is_described = "=" in spec and not path.exists()
    if not is_described and not _holds_volume(path):
        return None
    depth = (layout.size("Z"),) if layout.size("Z") > 1 else ()
    try:
        return chosen_psf(spec, (*depth, *layout.plane_shape[:2]), stored_voxel(layout))
    except ArgumentError as error:
        raise ArgumentError(str(error).replace("`psf`", "`kernel`")) from error


def _holds_volume(path: Path) -> bool:
    """Whether a file holds one array of planes, rows and columns."""
    if not path.is_file() or by_file(path) is None:
        return False
    arrays = stored_arrays(path)
    return len(arrays) == 1 and arrays[0].axes == "ZYX" and arrays[0].shape[0] > 1


def _volume_blur(psf: PointSpread, padding: str, layout: Layout, noise: Noise) -> StackOperator:
    shape = (layout.size("Z"), *layout.plane_shape[:2])
    kernel = psf.kernel
    samples = layout.plane_shape[2] if layout.plane_axes == 3 else 1
    around = samples
    for size, taps in zip(shape, kernel.shape, strict=True):
        around *= size + (0 if padding == "valid" else taps - 1)
    needed, there = _COPIES * 4 * around, available_bytes()
    if needed > there:
        raise ArgumentError(
            f"`kernel` must be of rows and columns where a volume does not fit in memory, got one that takes about "
            f"{format_bytes(needed)} of {format_bytes(there)}; measure a part of the stack."
        )
    less = [taps - 1 if padding == "valid" else 0 for taps in kernel.shape]
    measured = tuple(size - cut for size, cut in zip(shape, less, strict=True))
    if min(measured) < 1:
        raise ArgumentError(
            f"`kernel` must be smaller than the volume, {shape}, got {tuple(kernel.shape)}; crop it to its support."
        )
    physics = Blur(kernel[None, None], padding)  # pyright: ignore[reportArgumentType]  # the option names one of them
    return StackOperator(physics.with_noise(noise), shape, measured, notes=psf.notes)
