"""More pixels than the camera had."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.optim.dpir import DPIR
from preimage.physics import Downsampling
from preimage.physics._convolution import fast_length
from preimage.restore.channelwise import Channelwise, Window, extend
from preimage.restore.deblur import kernel_digest
from preimage.restore.engine import Progress, Restored, Settings, restore
from preimage.restore.iterative import footprint, run_dpir
from preimage.restore.kernel import as_kernel
from preimage.restore.pictures import Picture
from preimage.restore.task import Outcome, Task

__all__ = ["SuperResolve", "superresolve"]

# Standard deviations in pixels of the fine grid: a coarse pixel's own, factor / sqrt(12), and a little for the lens.
# The widths published for real photographs (0.9, 1.7 and 2.2, Zhang et al. 2021) ring on pictures that are sharper.
_WIDTHS = {2: 0.7, 3: 1.0, 4: 1.3}


@dataclass(frozen=True)
class SuperResolve(Task):
    """``y = window((kernel * x)[::factor, ::factor]) + noise``; see :class:`Deblur` for the window.

    A coarse pixel lies over the middle of its ``factor`` x ``factor`` fine ones, and the kernel is centred there.

    Args:
        factor: 2, 3 or 4.
        kernel: (h, w) on the fine grid, sum one; a Gaussian that suits ``factor`` where ``None``.
        spec: how the user named it, for the record.
    """

    factor: int
    kernel: Tensor | None = None
    spec: str = ""

    name: ClassVar[str] = "superresolve"
    default_steps: ClassVar[int] = 24

    def __post_init__(self) -> None:
        if self.factor not in _WIDTHS:
            raise ArgumentError(f"`factor` must be 2, 3 or 4, got {self.factor}; repeat the task for more.")

    def options(self) -> dict[str, Any]:
        """Factor, and the kernel as named."""
        return {"factor": self.factor, "kernel": self.spec or None}

    def fingerprint(self) -> dict[str, str]:
        """The kernel's digest."""
        return {"kernel_sha256": kernel_digest(self.centred())}

    def check(self, pixels: Tensor) -> None:
        """The kernel must fit."""
        rows, columns = self.centred().shape
        height, width = (self.factor * size for size in pixels.shape[-2:])
        if rows > height or columns > width:
            raise ArgumentError(
                f"`kernel` must be smaller than the enlarged picture, {height}x{width}, got {rows}x{columns}; crop it."
            )

    def centred(self) -> Tensor:
        """The kernel that decimation to the first pixel of every block needs: moved to the middle of the block."""
        shift = (self.factor - 1) / 2
        if self.kernel is None:
            width = _WIDTHS[self.factor]
            half = math.ceil(3.5 * width + shift)
            line = torch.exp(-((torch.arange(-half, half + 1) + shift) ** 2) / (2 * width**2))
            line = line / line.sum()
            return line[:, None] * line
        # Entry j acts on the pixel origin - j further; half pixels are shared by two entries.
        whole, part = math.ceil(shift), math.ceil(shift) - shift
        room = math.ceil(shift)
        padded = F.pad(self.kernel, (room, room, room, room))
        moved = padded.roll((-whole, -whole), (0, 1))
        for axis in (0, 1) if part else ():
            moved = (1 - part) * moved + part * moved.roll(1, axis)
        return moved

    def window(self, height: int, width: int) -> Window:
        """Where the photograph lies in the larger coarse measurement."""
        rows, columns = self.centred().shape
        before = [-(-(size - 1 - size // 2) // self.factor) for size in (rows, columns)]
        after = [-(-(size // 2) // self.factor) for size in (rows, columns)]
        return Window(
            before[0], before[1], height, width,
            fast_length(before[0] + height + after[0]), fast_length(before[1] + width + after[1]),
        )  # fmt: skip

    def canvas(self, height: int, width: int) -> tuple[int, int]:
        """The size of the unknown picture."""
        window = self.window(height, width).times(self.factor)
        return window.full_height, window.full_width

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """As for every method by DPIR."""
        rows, columns = self.canvas(height, width)
        return footprint(channels, height * width, rows * columns)

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """DPIR from a bicubic interpolation, then the window."""
        window = self.window(*y.shape[-2:])
        physics = Channelwise([Downsampling(self.centred().to(y.device), self.factor)], window)

        def enlarged(y: Tensor, physics: Channelwise) -> Tensor:
            return F.interpolate(extend(y, window), scale_factor=self.factor, mode="bicubic", align_corners=False)

        outcome = run_dpir(DPIR.superresolution(denoiser, self.factor), y, physics, sigma, steps, enlarged, trace)
        return replace(outcome, x=window.times(self.factor).of(outcome.x).clone())


def superresolve(
    image: Picture,
    factor: int = 2,
    kernel: str | Path | np.ndarray | Tensor | None = None,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int = 24,
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    trace: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Enlarge a picture ``factor`` times with a denoiser as prior (DPIR).

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.
        factor: 2, 3 or 4.
        kernel: the blur of the camera in pixels of the result; by default a Gaussian of standard deviation 0.7, 1.0 or
            1.3 pixels for factor 2, 3 or 4, which suits sharp pictures; give a wider one for others.

    Raises:
        ImageFileError, ArgumentError: see there.
    """
    spec = str(kernel) if isinstance(kernel, (str, Path)) else ""
    task = SuperResolve(factor, None if kernel is None else as_kernel(kernel), spec)
    return restore(image, task, Settings(sigma, strength, steps, weights, memory, device, seed, trace), progress)
