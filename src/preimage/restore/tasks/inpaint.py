"""Missing pixels filled in."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.files.samples.seen import check_mask_size
from preimage.models.dip import DeepImagePrior
from preimage.optim.dpir import DPIR
from preimage.optim.initial import filled_in
from preimage.physics import Inpainting, LinearPhysics
from preimage.physics.blur import Channelwise
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.noise import Noise, find_noise, find_noise_in
from preimage.restore.frame.pictures import Picture, missing_in
from preimage.restore.frame.task import EitherTask, Outcome
from preimage.restore.frame.work import Progress, Settings
from preimage.restore.methods.choice import by_dpir_or_dip
from preimage.restore.methods.dip import settings as choices
from preimage.restore.methods.dip.method import Dip
from preimage.restore.methods.dpir import footprint, run_dpir
from preimage.restore.tasks.mask import mask_notes, read_mask

__all__ = ["Inpaint", "as_holes", "inpaint"]

_BLOCK, _ENOUGH = 64, 4


@dataclass(frozen=True)
class Inpaint(EitherTask):
    """``y = seen * x + noise``.

    Args:
        missing: (H, W), true where the picture is to be made up.
        spec: the file it came from, for the record; ``None`` where what is missing is NaN in the picture.
        white: what is white in that file: ``missing`` or ``seen``.
        remarks: what the user should know of that file.
    """

    missing: Tensor
    spec: str | None = ""
    white: str = "missing"
    remarks: tuple[str, ...] = ()

    name: ClassVar[str] = "inpaint"
    is_exact: ClassVar[bool] = True
    default_steps: ClassVar[int] = 30

    def options(self) -> dict[str, Any]:
        """The mask's file, and what is white there."""
        return {"mask": self.spec, "white": self.white}

    def fingerprint(self) -> dict[str, str]:
        """The mask's digest."""
        shape = np.array(self.missing.shape, np.int64).tobytes()
        return {"mask_sha256": hashlib.sha256(shape + np.packbits(self.missing.numpy()).tobytes()).hexdigest()}

    def hidden(self) -> Tensor:
        """What is missing."""
        return self.missing

    def check(self, pixels: Tensor) -> None:
        """The mask must be of the picture's size, and neither empty nor full."""
        check_mask_size(tuple(self.missing.shape), tuple(pixels.shape[-2:]))
        if not bool(self.missing.any()) or bool(self.missing.all()):
            raise ArgumentError(
                f"`mask` must tell some pixels as missing and others as seen, got one where all are "
                f"{'missing' if bool(self.missing.any()) else 'seen'}; repaint it."
            )

    def notes(self, pixels: Tensor) -> list[str]:
        """The share missing: half of all masks in the world are inverted."""
        share = 100 * float(self.missing.float().mean())
        colour = "white" if self.white == "missing" else "black"
        how = "NaN in the picture" if self.spec is None else f"{colour} in the mask"
        return [f"{share:.2f} % of the pixels are missing ({how})", *self.remarks]

    def estimate(self, pixels: Tensor) -> Noise:
        """That of blocks without missing pixels; where these are few, of the picture filled in."""
        height, width = pixels.shape[-2:]
        whole = [
            pixels[:, top : top + _BLOCK, left : left + _BLOCK]
            for top in range(0, height - _BLOCK + 1, _BLOCK)
            for left in range(0, width - _BLOCK + 1, _BLOCK)
            if not bool(self.missing[top : top + _BLOCK, left : left + _BLOCK].any())
        ]
        if len(whole) >= _ENOUGH:
            return find_noise_in(whole)
        return find_noise(filled_in(pixels[None], Inpainting(~self.missing))[0])

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """As for every method by DPIR, with the interpolation of the start."""
        held, between = footprint(channels, height * width, height * width)
        return held, max(between, 8 * 4 * channels * height * width)

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """DPIR from an interpolation."""
        return run_dpir(DPIR.inpainting(denoiser), y, self.physics(y), sigma, steps, filled_in, trace)

    def physics(self, y: Tensor) -> Channelwise:
        """The mask."""
        return Channelwise([Inpainting(~self.missing.to(y.device))])

    def witness(self) -> LinearPhysics:
        """The pixels that were seen."""
        return Inpainting(~self.missing)

    def share_seen(self) -> float:
        """The share of pixels outside the mask."""
        return 1 - float(self.missing.float().mean())

    def measured(self, y: Tensor) -> Tensor:
        """Zero where pixels are missing, whatever was there."""
        return y.masked_fill(self.missing.to(y.device), 0)

    def prior(self, setting: str, sigma: float) -> DeepImagePrior:
        """That for the shape of the holes."""
        return choices.missing(setting, self.missing, sigma)

    def finished(self, x: Tensor, y: Tensor, sigma: float | None) -> Tensor:
        """Pixels seen without noise as they are."""
        return torch.where(self.missing.to(y.device), x, y) if sigma == 0 else x


def as_holes(image: Picture, mask: str | Path | np.ndarray | Tensor | None, white: str = "missing") -> Inpaint:
    """The task for a mask as users give it; ``None`` takes what is NaN in ``image``.

    Raises:
        ImageFileError, ShapeError, ArgumentError: the mask is none; see :func:`read_mask`.
    """
    if mask is None:
        if white != "missing":
            raise ArgumentError(f"`white` must be left out without a mask, got {white!r}; NaN is what is missing.")
        return Inpaint(missing_in(image), None)
    spec = str(mask) if isinstance(mask, (str, Path)) else ""
    return Inpaint(read_mask(mask, white), spec, white, mask_notes(mask))


def inpaint(
    image: Picture,
    mask: str | Path | np.ndarray | Tensor | None = None,
    *,
    white: str = "missing",
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
    """Make up missing pixels with a denoiser as prior (DPIR), or with a network fitted to the others.

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.
        mask: white, or true, where pixels are missing: an image file, or an array (H, W). What the picture holds there
            has no effect. Without it those pixels are missing that are NaN.
        white: what white, or true, stands for: ``missing``, or ``seen``, as in the masks of some publications.
        sigma: noise of the pixels seen; with 0 they are returned as they are.
        steps: 30 by default for ``dpir``; the most for ``dip``.
        method: ``dpir`` or ``dip``, see :func:`preimage.restore.deblur`. The setting ``paper`` takes what was published
            for text, for large holes, for many missing pixels, or for few seen ones, by the mask; ``fast`` learns from
            the pixels that are seen, where those missing are scattered and ``sigma`` is at most 5/255.
        weights: a name of :mod:`preimage.zoo`; for ``dip`` and scattered pixels, ``fill-grey`` or ``fill-color`` is
            where the network starts.

    Raises:
        ImageFileError, ArgumentError, ShapeError: see there; the mask does not suit the picture.
    """
    task = as_holes(image, mask, white)
    settings = Settings(sigma, strength, steps, weights, memory, device, seed, trace, bits=bits)
    return restore(image, by_dpir_or_dip(task, method), settings, progress)
