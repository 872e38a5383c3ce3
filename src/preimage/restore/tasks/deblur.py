"""A known blur undone."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.files.samples.sampling import Sampling
from preimage.models.dip import DeepImagePrior
from preimage.optim.dpir import DPIR
from preimage.physics import BlurFFT
from preimage.physics.blur import Channelwise, Window
from preimage.physics.blur.window import extend
from preimage.restore.clipping import clipping_note, limits_of
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.task import EitherTask, Level, Outcome
from preimage.restore.frame.work import Progress, Settings
from preimage.restore.methods.choice import by_dpir_or_dip
from preimage.restore.methods.dip import settings as choices
from preimage.restore.methods.dip.method import Dip
from preimage.restore.methods.dpir import footprint, run_dpir
from preimage.restore.tasks.kernel import as_kernel, check_fits
from preimage.transform import fast_length

__all__ = ["Deblur", "deblur", "kernel_digest"]


@dataclass(frozen=True)
class Deblur(EitherTask):
    """``y = window(kernel * x) + noise``: the blur reaches beyond the border of the photograph.

    The unknown picture is larger than the photograph by the kernel, on a grid whose transforms are quick. It starts as
    the photograph, mirrored and faded into a periodic one; outside the window it is determined by the pixels that it
    was blurred into and by the denoiser. No assumption is made about the border, and none shows.

    Args:
        kernel: (h, w), sum one.
        spec: how the user named it, for the record.
    """

    kernel: Tensor
    spec: str = ""

    name: ClassVar[str] = "deblur"
    inverts: ClassVar[bool] = True
    default_steps: ClassVar[int] = 8

    def options(self) -> dict[str, Any]:
        """The kernel as named."""
        return {"kernel": self.spec}

    def fingerprint(self) -> dict[str, str]:
        """The kernel's digest."""
        return {"kernel_sha256": kernel_digest(self.kernel)}

    def check(self, pixels: Tensor) -> None:
        """The kernel must fit."""
        check_fits(self.kernel, pixels.shape[-2], pixels.shape[-1])

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """As for every task, with a note of clipped samples."""
        level = super().level(pixels, sigma, sampling)
        return replace(level, notes=(*level.notes, *clipping_note(pixels)))

    def window(self, height: int, width: int) -> Window:
        """Where the photograph lies in the unknown picture."""
        rows, columns = self.kernel.shape
        # Pixel n of the blurred picture sees pixels n - (size - 1 - origin) to n + origin.
        return Window(
            rows - 1 - rows // 2, columns - 1 - columns // 2, height, width,
            fast_length(height + rows - 1), fast_length(width + columns - 1),
        )  # fmt: skip

    def canvas(self, height: int, width: int) -> tuple[int, int]:
        """The size of the unknown picture."""
        window = self.window(height, width)
        return window.full_height, window.full_width

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """As for every method by DPIR."""
        rows, columns = self.canvas(height, width)
        return footprint(channels, height * width, rows * columns)

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """DPIR on the larger picture, then its window."""
        window, preset = self.window(*y.shape[-2:]), DPIR.deblurring(denoiser)
        outcome = run_dpir(preset, y, self.physics(y), sigma, steps, lambda y, physics: extend(y, window), trace)
        return replace(outcome, x=self.finished(outcome.x, y, sigma))

    def physics(self, y: Tensor) -> Channelwise:
        """The blur of the larger picture, seen through the window."""
        return Channelwise([BlurFFT(self.kernel.to(y.device))], self.window(*y.shape[-2:]), limits=limits_of(y))

    def prior(self, setting: str, sigma: float) -> DeepImagePrior:
        """That for blur."""
        return choices.blur(setting, sigma)

    def finished(self, x: Tensor, y: Tensor, sigma: float | None) -> Tensor:
        """The window, clipped as the measurement was."""
        return limits_of(y).of(self.window(*y.shape[-2:]).of(x).clone())


def kernel_digest(kernel: Tensor) -> str:
    """Sha256 of a kernel's shape and float32 entries."""
    shape = np.array(kernel.shape, np.int64).tobytes()
    return hashlib.sha256(shape + kernel.contiguous().numpy().tobytes()).hexdigest()


def deblur(
    image: Picture,
    kernel: str | Path | np.ndarray | Tensor,
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
    """Undo a known blur with a denoiser as prior (DPIR), or with a network fitted to the picture.

    Args:
        image: a path; an array (H, W) or (H, W, C), bool, integers or floats; or a float tensor (C, H, W) or
            (B, C, H, W). Grey or RGB; floats are in [0, 1]. The result is of the same kind (:class:`ImageFile`
            for a path).
        kernel: the blur, an array or what :func:`preimage.restore.read_kernel` understands.
        sigma: standard deviation of the noise in image units, a number or like ``"25/255"``; ``"auto"`` estimates it.
        strength: factor on ``sigma``: more removes more noise and detail.
        steps: of the method: 8 by default for ``dpir``; the most for ``dip``.
        method: ``dpir``, or ``dip``, a deep image prior (:class:`Dip` for more to choose), see
            :func:`preimage.restore.denoise`. Ctrl-C ends its fit with the best picture so far.
        weights: a name of :mod:`preimage.zoo`; by default the compact DRUNet for grey or colour.
        memory: a limit for the process, like ``"2GB"``: the denoiser then works on tiles that fit; ``dip`` refuses
            pictures that do not.
        device: ``auto`` (a GPU where there is one), ``cpu``, ``cuda`` or ``mps``.
        seed: of the random numbers of ``dip``, which repeats exactly on a CPU; other methods draw none.
        bits: of the samples of a file or array, 0 to ``2**bits - 1`` for black to white, where there is room for more.
            By default it is told by the largest sample of a 16-bit picture: 8, 10, 12, 14 or 16.
        trace: whether to note the data term of every step in the result's ``histories``, besides residual and time;
            ``dip`` always does, with the score by which it stops.
        progress: ``progress(done, total)``, called as the work goes on.

    Returns:
        the picture, and a record of everything that made it.

    Raises:
        ImageFileError: ``image`` is a file that cannot be restored.
        ArgumentError, ShapeError: an argument is out of range; the message says which.
    """
    task = Deblur(as_kernel(kernel), str(kernel) if isinstance(kernel, (str, Path)) else "")
    settings = Settings(sigma, strength, steps, weights, memory, device, seed, trace, bits=bits)
    return restore(image, by_dpir_or_dip(task, method), settings, progress)
