"""More pixels than the camera had."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.models.dip import DeepImagePrior
from preimage.optim.dpir import DPIR
from preimage.physics import Downsampling
from preimage.physics.blur import Channelwise, Window
from preimage.physics.blur.window import extend
from preimage.restore.camera import WIDTHS, gaussian, lanczos, moved
from preimage.restore.clipping import clipping_note, limits_of
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.task import EitherTask, Level, Outcome
from preimage.restore.frame.work import Progress, Settings
from preimage.restore.methods.choice import by_dpir_or_dip
from preimage.restore.methods.dip import settings as choices
from preimage.restore.methods.dip.method import Dip, as_dip
from preimage.restore.methods.dpir import footprint, run_dpir
from preimage.restore.tasks.deblur import kernel_digest
from preimage.restore.tasks.kernel import as_kernel
from preimage.transform import fast_length

__all__ = ["SuperResolve", "as_camera", "superresolve"]

_LANCZOS = "lanczos"


@dataclass(frozen=True)
class SuperResolve(EitherTask):
    """``y = window((kernel * x)[::factor, ::factor]) + noise``; see :class:`Deblur` for the window.

    A coarse pixel lies over the middle of its ``factor`` x ``factor`` fine ones, and the kernel is centred there.

    Args:
        factor: 2, 3, 4 or 8.
        kernel: (h, w) on the fine grid, sum one; what ``spec`` says where ``None``.
        spec: how the user named it, for the record: ``lanczos`` is Lanczos' filter for ``factor``, and nothing a
            Gaussian that suits it.
    """

    factor: int
    kernel: Tensor | None = None
    spec: str = ""

    name: ClassVar[str] = "superresolve"
    inverts: ClassVar[bool] = True
    is_exact: ClassVar[bool] = True
    default_steps: ClassVar[int] = 24

    def __post_init__(self) -> None:
        if self.factor not in WIDTHS:
            raise ArgumentError(f"`factor` must be 2, 3, 4 or 8, got {self.factor}; repeat the task for others.")

    def options(self) -> dict[str, Any]:
        """Factor, and the kernel as named."""
        return {"factor": self.factor, "kernel": self.spec or None}

    def fingerprint(self) -> dict[str, str]:
        """The kernel's digest."""
        return {"kernel_sha256": kernel_digest(self.centred())}

    def check(self, pixels: Tensor) -> None:
        """A kernel that was given must fit; the usual ones suit pictures of any size."""
        if self.kernel is None:
            return
        rows, columns = self.kernel.shape
        height, width = (self.factor * size for size in pixels.shape[-2:])
        if rows > height or columns > width:
            raise ArgumentError(
                f"`kernel` must be smaller than the enlarged picture, {height}x{width}, got {rows}x{columns} (rows x "
                "columns); crop it to its support, or leave it out."
            )

    def centred(self) -> Tensor:
        """The kernel that decimation to the first pixel of every block needs: moved to the middle of the block."""
        if self.kernel is not None:
            return moved(self.kernel, self.factor)
        return lanczos(self.factor) if self.spec == _LANCZOS else gaussian(self.factor)

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """As for every task, with a note of clipped samples."""
        level = super().level(pixels, sigma, sampling)
        return replace(level, notes=(*level.notes, *clipping_note(pixels)))

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

        def enlarged(y: Tensor, physics: Channelwise) -> Tensor:
            return F.interpolate(extend(y, window), scale_factor=self.factor, mode="bicubic", align_corners=False)

        preset = DPIR.superresolution(denoiser, self.factor)
        outcome = run_dpir(preset, y, self.physics(y), sigma, steps, enlarged, trace)
        return replace(outcome, x=self.finished(outcome.x, y, sigma))

    def physics(self, y: Tensor) -> Channelwise:
        """Blur and decimation of the larger picture, seen through the window."""
        operator = Downsampling(self.centred().to(y.device), self.factor)
        return Channelwise([operator], self.window(*y.shape[-2:]), limits=limits_of(y))

    def prior(self, setting: str, sigma: float) -> DeepImagePrior:
        """That for more pixels."""
        return choices.resolution(setting, self.factor)

    def finished(self, x: Tensor, y: Tensor, sigma: float | None) -> Tensor:
        """The window, clipped as the measurement was."""
        return limits_of(y).of(self.window(*y.shape[-2:]).times(self.factor).of(x).clone())


def as_camera(factor: int, kernel: str | Path | np.ndarray | Tensor | None) -> SuperResolve:
    """The task for a kernel as users name it."""
    spec = str(kernel) if isinstance(kernel, (str, Path)) else ""
    return SuperResolve(factor, None if kernel is None or spec == _LANCZOS else as_kernel(kernel), spec)


def superresolve(
    image: Picture,
    factor: int = 2,
    kernel: str | Path | np.ndarray | Tensor | None = None,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int | None = None,
    method: str | Dip = "dpir",
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    bits: int | None = None,
    trace: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Enlarge a picture ``factor`` times with a denoiser as prior (DPIR), or with a network fitted to it.

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.
        factor: 2, 3 or 4, and 8 for ``dip``.
        kernel: the blur of the camera in pixels of the result, or ``lanczos`` for a picture that a program has made
            small (Lanczos' filter of two lobes, support 4 ``factor``). By default, for ``dpir``, a Gaussian of standard
            deviation 0.7, 1.0 or 1.3 pixels for factor 2, 3 or 4, which suits sharp pictures; give a wider one for
            others. For ``dip`` it is ``lanczos``, as published.
        steps: 24 by default for ``dpir``; the most for ``dip``.
        method: ``dpir`` or ``dip``, see :func:`preimage.restore.deblur`.

    Raises:
        ImageFileError, ArgumentError: see there.
    """
    is_dip = as_dip(method) is not None
    if factor == 8 and not is_dip:
        raise ArgumentError("`factor` must be 2, 3 or 4 for dpir, got 8; repeat the task, or take the method dip.")
    task = as_camera(factor, _LANCZOS if kernel is None and is_dip else kernel)
    settings = Settings(sigma, strength, steps, weights, memory, device, seed, trace, bits=bits)
    return restore(image, by_dpir_or_dip(task, method), settings, progress)
