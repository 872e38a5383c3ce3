"""Missing pixels filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Unpack, override

from preimage.blind.white_noise import WhiteNoiseEstimate, find_white_noise, find_white_noise_in
from preimage.errors import ArgumentError
from preimage.files.digest import array_sha256
from preimage.files.samples.seen import check_mask_size
from preimage.optim.initial import filled_in
from preimage.physics import Inpainting, LinearPhysics
from preimage.physics.blur import Channelwise
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture, missing_in
from preimage.restore.frame.record import recorded_name
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.work import Progress
from preimage.restore.tasks.mask import mask_notes, read_mask

__all__ = ["Inpaint", "as_holes", "inpaint"]

_BLOCK, _ENOUGH = 64, 4


@dataclass(frozen=True)
class Inpaint(Task):
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

    @classmethod
    @override
    def of(cls, image: Picture, options: Mapping[str, Any]) -> "Inpaint":
        return as_holes(image, options["mask"], options["white"])

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        mask = settings["mask"]
        mask = None if mask is None else recorded_name(mask, "mask")
        return {"mask": mask, "white": settings.get("white", "missing")}

    def options(self) -> dict[str, Any]:
        """The mask's file, and what is white there."""
        return {"mask": self.spec, "white": self.white}

    @override
    def fingerprint(self) -> dict[str, str]:
        return {"mask_sha256": array_sha256(np.packbits(self.missing.numpy()), self.missing.shape)}

    @override
    def hidden(self) -> Tensor:
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

    def estimate(self, pixels: Tensor) -> WhiteNoiseEstimate:
        """That of blocks without missing pixels; where these are few, of the picture filled in."""
        height, width = pixels.shape[-2:]
        whole = [
            pixels[:, top : top + _BLOCK, left : left + _BLOCK]
            for top in range(0, height - _BLOCK + 1, _BLOCK)
            for left in range(0, width - _BLOCK + 1, _BLOCK)
            if not bool(self.missing[top : top + _BLOCK, left : left + _BLOCK].any())
        ]
        if len(whole) >= _ENOUGH:
            return find_white_noise_in(whole)
        return find_white_noise(filled_in(pixels[None], Inpainting(~self.missing))[0])

    def witness(self) -> LinearPhysics:
        """The pixels that were seen."""
        return Inpainting(~self.missing)

    def share_seen(self) -> float:
        """The share of pixels outside the mask."""
        return 1 - float(self.missing.float().mean())

    @override
    def planes(self, channels: int) -> tuple[int, int]:
        return 2 * channels, 8 * channels  # the interpolation of the start

    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        """The mask; zero where pixels are missing, whatever was there. Pixels seen without noise stay as they are."""
        missing = self.missing.to(y.device)

        def finish(x: Tensor) -> Tensor:
            return torch.where(missing, x, y) if sigma == 0 else x

        physics = Channelwise([Inpainting(~missing)])
        return Problem(y.masked_fill(missing, 0), physics, sigma or 0.0, filled_in, finish)


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


@task_function
def inpaint(
    image: Picture,
    mask: str | Path | np.ndarray | Tensor | None = None,
    *,
    white: str = "missing",
    method: str | Method = "dpir",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Fill in missing pixels with a denoiser as prior (DPIR), or with a network fitted to the others.

    Args:
        mask: white, or true, where pixels are missing: an image file, or an array (H, W). What the picture holds there
            has no effect. Without it those pixels are missing that are NaN.
        white: what white, or true, stands for: ``missing``, or ``seen``, as in the masks of some publications.
        sigma: noise of the pixels seen; with 0 they are returned as they are.
        method: ``dpir``, of 30 steps by default; ``ram``, one pass of a network for many problems
            (:class:`preimage.models.RAM`); or ``dip``, see :func:`preimage.restore.deblur`. The setting ``paper``
            takes what was published for text, for large holes, for many missing pixels, or for few seen ones, by the
            mask; ``fast`` learns from the pixels that are seen, where those missing are scattered and ``sigma`` is at
            most 5/255.
        weights: a name of :mod:`preimage.zoo`; for ``dip`` and scattered pixels, ``fill-grey`` or ``fill-color`` is
            where the network starts.
    """
    return carry_out(image, as_holes(image, mask, white), method, progress, **options)
