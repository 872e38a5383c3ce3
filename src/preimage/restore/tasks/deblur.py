"""A blur undone, known or found in the picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from torch import Tensor
from typing_extensions import Unpack, override

from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.physics import BlurFFT
from preimage.physics.blur import Channelwise, Window
from preimage.physics.blur.window import extend, window_of_blur
from preimage.restore.frame.clipping import clipping_note, limits_of
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.record import recorded_name
from preimage.restore.frame.settings import Options
from preimage.restore.frame.sigma import describe_sigma
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.unclipping import unclipping
from preimage.restore.frame.work import Progress
from preimage.restore.tasks.found_kernel import AUTO, FoundKernel, find_kernel
from preimage.restore.tasks.kernel import as_kernel, check_fits, kernel_digest

__all__ = ["Deblur", "deblur"]


@dataclass(frozen=True)
class Deblur(Task):
    """``y = window(kernel * x) + noise``: the blur reaches beyond the border of the photograph.

    The unknown picture is larger than the photograph by the kernel, on a grid whose transforms are quick. It starts as
    the photograph, mirrored and faded into a periodic one; outside the window it is determined by the pixels that it
    was blurred into and by the denoiser. No assumption is made about the border, and none shows.

    Args:
        kernel: (h, w), sum one.
        spec: how the user named it, for the record.
        found: how it was found, where the user named none.
        kernel_size: the size in which it was looked for, where the user gave one.
    """

    kernel: Tensor
    spec: str = ""
    found: FoundKernel | None = None
    kernel_size: int | None = None

    name: ClassVar[str] = "deblur"
    inverts: ClassVar[bool] = True

    @classmethod
    @override
    def of(cls, image: Picture, options: Mapping[str, Any]) -> "Deblur":
        found = options.get("found")
        if isinstance(found, FoundKernel):
            return _found_blur(found, options.get("kernel_size"))
        return _blur_of(image, options["kernel"], options.get("kernel_size"))

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        name = recorded_name(settings["kernel"], "kernel")
        if name != AUTO:
            return {"kernel": name}
        return {"found": FoundKernel.recorded(resolved), "kernel_size": settings.get("kernel_size")}

    def options(self) -> dict[str, Any]:
        """The kernel as named, and the size in which it was looked for."""
        return {"kernel": self.spec} if self.found is None else {"kernel": AUTO, "kernel_size": self.kernel_size}

    @override
    def fingerprint(self) -> dict[str, str]:
        told = {} if self.found is None else self.found.entries()
        return {"kernel_sha256": kernel_digest(self.kernel), **told}

    @override
    def blur_kernel(self) -> Tensor:
        return self.kernel

    @override
    def notes(self, pixels: Tensor) -> list[str]:
        return [] if self.found is None else [self.found.note()]

    def check(self, pixels: Tensor) -> None:
        """The kernel must fit."""
        check_fits(self.kernel, pixels.shape[-2], pixels.shape[-1])

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """As for every task, with a note of clipped samples, and the doubt in a kernel that was found."""
        level = super().level(pixels, sigma, sampling)
        if self.found is not None and self.found.doubt:
            doubted = f"{level.origin}, with {describe_sigma(self.found.doubt)} for errors of the blur that was found"
            level = replace(level, value=math.hypot(level.value, self.found.doubt), origin=doubted)
        return replace(level, notes=(*level.notes, *clipping_note(pixels)))

    @override
    def window(self, height: int, width: int) -> Window:
        return window_of_blur(self.kernel, height, width)

    def canvas(self, height: int, width: int) -> tuple[int, int]:
        """The size of the unknown picture."""
        window = self.window(height, width)
        return window.full_height, window.full_width

    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        """The blur of the larger picture, seen through the window, and clipped as the measurement was."""
        window, limits = self.window(*y.shape[-2:]), limits_of(y)
        physics = Channelwise([BlurFFT(self.kernel.to(y.device))], window, limits=limits)
        return Problem(
            y,
            physics,
            sigma or 0.0,
            lambda y, physics: extend(y, window),
            lambda x: limits.of(window.of(x).clone()),
            unclipping(y, physics),
        )


def _blur_of(image: Picture, kernel: str | Path | np.ndarray | Tensor, size: int | None) -> Deblur:
    """The blur that ``kernel`` names, or the one of ``image``.

    Raises:
        ArgumentError: a size is given with a kernel.
    """
    if isinstance(kernel, str) and kernel == AUTO:
        return _found_blur(find_kernel(image, size), size)
    if size is not None:
        raise ArgumentError(f"`kernel_size` must be left out where the kernel is given, got {size}; drop one of them.")
    return Deblur(as_kernel(kernel), str(kernel) if isinstance(kernel, (str, Path)) else "")


def _found_blur(found: FoundKernel, size: int | None) -> Deblur:
    return Deblur(found.kernel, AUTO, found, size)


@task_function
def deblur(
    image: Picture,
    kernel: str | Path | np.ndarray | Tensor = AUTO,
    kernel_size: int | None = None,
    *,
    method: str | Method = "dpir",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Undo a blur with a denoiser as prior (DPIR), or with a network fitted to the picture.

    Args:
        kernel: the blur, an array or what :func:`preimage.restore.read_kernel` understands; or ``"auto"``, the default:
            it is found in the picture, see :func:`preimage.blind.estimate_kernel`, kept in the record, and a note says
            how far it is to be trusted. A kernel of no known shape is never quite right: its errors count as noise of
            0.0075 beside that of the picture.
        kernel_size: the side of the kernel that is looked for, in pixels, odd; by default from the picture.
        method: ``dpir``, of 8 steps by default; ``usr``, one pass of a network for all kernels
            (:class:`preimage.models.USRNet`); or ``dip``, a deep image prior (:class:`Dip` for more to choose), see
            :func:`preimage.restore.denoise`. Ctrl-C ends its fit with the best picture so far.
    """
    return carry_out(image, _blur_of(image, kernel, kernel_size), method, progress, **options)
