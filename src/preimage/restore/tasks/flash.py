"""The light of a picture without flash, the detail of one with flash."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from torch import Tensor

from preimage.errors import ShapeError
from preimage.models.dip import DeepImagePrior
from preimage.physics import Denoising, LinearPhysics
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.pictures import Picture, open_pictures
from preimage.restore.frame.task import FittedTask
from preimage.restore.frame.work import Progress, Settings
from preimage.restore.methods.dip import settings as choices
from preimage.restore.methods.dip.method import ByDip, Dip

__all__ = ["Flash", "flash", "read_guide"]


@dataclass(frozen=True)
class Flash(FittedTask):
    """``y = x + noise``, where ``x`` has the edges of another picture.

    Args:
        guide: that picture, (C, H, W).
        spec: the file it came from, for the record.
    """

    guide: Tensor
    spec: str = ""

    name: ClassVar[str] = "flash"

    def options(self) -> dict[str, Any]:
        """The other picture's file."""
        return {"flash": self.spec}

    def fingerprint(self) -> dict[str, str]:
        """The other picture's digest."""
        return {"flash_sha256": hashlib.sha256(self.guide.contiguous().numpy().tobytes()).hexdigest()}

    def check(self, pixels: Tensor) -> None:
        """Both pictures must be of one size."""
        if self.guide.shape[-2:] != pixels.shape[-2:]:
            (rows, columns), (height, width) = self.guide.shape[-2:], pixels.shape[-2:]
            raise ShapeError(
                f"`flash` must be of the picture's size, {width}x{height}, and show the same from the same place, got "
                f"{columns}x{rows}; crop or resize one of them."
            )

    def physics(self, y: Tensor) -> LinearPhysics:
        """None but noise."""
        return Denoising()

    def prior(self, setting: str, sigma: float) -> DeepImagePrior:
        """That with the other picture as input."""
        return choices.flash(setting, self.guide)


def read_guide(picture: Picture) -> Tensor:
    """The pixels of one picture, float32 (C, H, W).

    Raises:
        ImageFileError, ArgumentError, ShapeError: it is none, or several.
    """
    pixels = open_pictures(picture).pixels
    if len(pixels) != 1:
        raise ShapeError(f"`flash` must be one picture, got {len(pixels)}; restore the pairs one after the other.")
    return pixels[0].cpu()


def flash(
    image: Picture,
    flash: Picture,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int | None = None,
    method: Dip | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    bits: int | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Remove the noise of a picture taken without flash, with the help of one taken with flash.

    A network that is given the second draws the first (a deep image prior): its light and its colours with the detail
    of the other, and without its noise.

    Args:
        image: without flash; see :func:`preimage.restore.deblur`, as for everything else.
        flash: the same scene from the same place with flash, of the same size.
        method: what there is to choose; ``Dip()`` by default.

    Raises:
        ImageFileError, ArgumentError, ShapeError: see there; the pictures differ in size.
    """
    spec = str(flash) if isinstance(flash, (str, Path)) else ""
    settings = Settings(sigma, strength, steps, None, memory, device, seed, bits=bits)
    return restore(image, ByDip(Flash(read_guide(flash), spec), method or Dip()), settings, progress)
