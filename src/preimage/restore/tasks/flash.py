"""The light of a picture without flash, the detail of one with flash."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import Unpack, override

from preimage.errors import ShapeError
from preimage.files.digest import array_sha256
from preimage.physics import Denoising
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture, open_pictures
from preimage.restore.frame.record import recorded_name
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.work import Progress

__all__ = ["Flash", "flash", "read_guide"]


@dataclass(frozen=True)
class Flash(Task):
    """``y = x + noise``, where ``x`` has the edges of another picture.

    Args:
        picture: that picture, (C, H, W).
        spec: the file it came from, for the record.
    """

    picture: Tensor
    spec: str = ""

    name: ClassVar[str] = "flash"

    @classmethod
    @override
    def of(cls, image: Picture, options: Mapping[str, Any]) -> "Flash":
        return _with_flash(options["flash"])

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        return {"flash": recorded_name(settings["flash"], "flash")}

    def options(self) -> dict[str, Any]:
        """The other picture's file."""
        return {"flash": self.spec}

    def fingerprint(self) -> dict[str, str]:
        """The other picture's digest."""
        return {"flash_sha256": array_sha256(self.picture.numpy())}

    def check(self, pixels: Tensor) -> None:
        """Both pictures must be of one size."""
        if self.picture.shape[-2:] != pixels.shape[-2:]:
            (rows, columns), (height, width) = self.picture.shape[-2:], pixels.shape[-2:]
            raise ShapeError(
                f"`flash` must be of the picture's size, {width}x{height}, and show the same from the same place, got "
                f"{columns}x{rows}; crop or resize one of them."
            )

    @override
    def guide(self) -> Tensor:
        return self.picture

    @override
    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        return Problem(y, Denoising(), sigma or 0.0)


def read_guide(picture: Picture) -> Tensor:
    """The pixels of one picture, float32 (C, H, W).

    Raises:
        ImageFileError, ArgumentError, ShapeError: it is none, or several.
    """
    pixels = open_pictures(picture).pixels
    if len(pixels) != 1:
        raise ShapeError(f"`flash` must be one picture, got {len(pixels)}; restore the pairs one after the other.")
    return pixels[0].cpu()


def _with_flash(flash: Picture) -> Flash:
    return Flash(read_guide(flash), str(flash) if isinstance(flash, (str, Path)) else "")


@task_function
def flash(
    image: Picture,
    flash: Picture,
    *,
    method: str | Method = "dip",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Remove the noise of a picture taken without flash, with the help of one taken with flash.

    A network that is given the second draws the first (a deep image prior): its light and its colours with the detail
    of the other, and without its noise.

    Args:
        image: the picture without flash.
        flash: the same scene from the same place with flash, of the same size.
        method: ``dip``; :class:`Dip` for more to choose.
    """
    return carry_out(image, _with_flash(flash), method, progress, **options)
