"""More pixels than the camera had."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch.nn.functional as F
from torch import Tensor
from typing_extensions import Unpack, override

from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.physics import Downsampling
from preimage.physics.blur import CameraPhysics, Channelwise, Window
from preimage.physics.blur.camera import WIDTHS, camera_gaussian, camera_lanczos, move_to_block
from preimage.physics.blur.window import extend
from preimage.restore.frame.clipping import clipping_note, limits_of
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.unclipping import unclipping
from preimage.restore.frame.work import Progress
from preimage.restore.tasks.kernel import as_kernel, kernel_digest
from preimage.transform import fast_length

__all__ = ["SuperResolve", "as_camera", "superresolve"]

_LANCZOS = "lanczos"


@dataclass(frozen=True)
class SuperResolve(Task):
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

    def __post_init__(self) -> None:
        if self.factor not in WIDTHS:
            raise ArgumentError(f"`factor` must be 2, 3, 4 or 8, got {self.factor}; repeat the task for others.")

    @classmethod
    @override
    def of(cls, image: Picture, options: Mapping[str, Any]) -> "SuperResolve":
        return as_camera(options["factor"], options["kernel"])

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        return {"factor": settings["factor"], "kernel": settings["kernel"]}

    def blind(self) -> "SuperResolve":
        """With the blur of the publication of deep image priors, where none was given."""
        return self if self.kernel is not None or self.spec else replace(self, spec=_LANCZOS)

    @override
    def scale(self) -> int:
        return self.factor

    @override
    def blur_kernel(self) -> Tensor:
        return self.centred()

    def options(self) -> dict[str, Any]:
        """Factor, and the kernel as named."""
        return {"factor": self.factor, "kernel": self.spec or None}

    @override
    def fingerprint(self) -> dict[str, str]:
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
            return move_to_block(self.kernel, self.factor)
        return camera_lanczos(self.factor) if self.spec == _LANCZOS else camera_gaussian(self.factor)

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

    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        """Blur and decimation of the larger picture, seen through the window, and clipped as the measurement was."""
        window, limits = self.window(*y.shape[-2:]), limits_of(y)
        physics = Channelwise([Downsampling(self.centred().to(y.device), self.factor)], window, limits=limits)

        def enlarged(y: Tensor, physics: CameraPhysics) -> Tensor:
            return F.interpolate(extend(y, window), scale_factor=self.factor, mode="bicubic", align_corners=False)

        def finish(x: Tensor) -> Tensor:
            return limits.of(window.times(self.factor).of(x).clone())

        return Problem(y, physics, sigma or 0.0, enlarged, finish, unclipping(y, physics))


def as_camera(factor: int, kernel: str | Path | np.ndarray | Tensor | None) -> SuperResolve:
    """The task for a kernel as users name it."""
    spec = str(kernel) if isinstance(kernel, (str, Path)) else ""
    return SuperResolve(factor, None if kernel is None or spec == _LANCZOS else as_kernel(kernel), spec)


@task_function
def superresolve(
    image: Picture,
    factor: int = 2,
    kernel: str | Path | np.ndarray | Tensor | None = None,
    *,
    method: str | Method = "usr",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Enlarge a picture ``factor`` times by one pass of a network, by plug-and-play, or with a network fitted to it.

    Args:
        factor: 2, 3 or 4, and 8 for ``dip``.
        kernel: the blur of the camera in pixels of the result, or ``lanczos`` for a picture that a program has made
            small (Lanczos' filter of two lobes, support 4 ``factor``). By default a Gaussian of standard deviation
            0.7, 1.0 or 1.3 pixels for factor 2, 3 or 4, which suits sharp pictures; give a wider one for others. For
            ``dip`` it is ``lanczos``, as published.
        method: ``usr``, one pass of a network for all kernels and factors (:class:`preimage.models.USRNet`); ``blind``,
            for factors 2 and 4, one of a network for pictures of unknown history, such as noisy and compressed ones,
            which asks for neither kernel nor noise level (:class:`preimage.models.SubpixelUNet`); ``dpir``, a denoiser
            as prior, of 24 steps by default; or ``dip``, see :func:`preimage.restore.deblur`.
    """
    return carry_out(image, as_camera(factor, kernel), method, progress, **options)
