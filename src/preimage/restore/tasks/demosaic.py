"""Colour from the mosaic behind a colour filter array."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from typing_extensions import Unpack, override

from preimage.blind.white_noise import is_drawn
from preimage.errors import ShapeError
from preimage.optim.initial import filled_in
from preimage.physics import Demosaicing, Inpainting, LinearPhysics
from preimage.physics.blur import Channelwise
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.work import Progress
from preimage.restore.tasks.mosaic import balance, balanced_sigma, without_defects

__all__ = ["Demosaic", "demosaic"]


@dataclass(frozen=True)
class Demosaic(Task):
    """``y = sum_c mask_c x_c + noise``.

    Raw colours are of unequal strength until they are balanced for white, which denoisers and interpolation take for
    colour fringes. So the colours are given the same contrast while they are restored, and get their strength back.

    Args:
        pattern: colours of a 2x2 cell, row by row.
    """

    pattern: str = "RGGB"

    name: ClassVar[str] = "demosaic"
    artefact: ClassVar[str] = "mosaic"
    period: ClassVar[int] = 2
    reads_stored: ClassVar[bool] = True
    makes_colour: ClassVar[bool] = True

    def __post_init__(self) -> None:
        Demosaicing(self.pattern)  # names the patterns there are

    def check(self, pixels: Tensor) -> None:
        """A mosaic is grey."""
        if pixels.shape[0] != 1:
            raise ShapeError(
                "`image` must be a mosaic, one grey sample a pixel, got a colour picture; it needs no demosaicking."
            )
        if min(pixels.shape[-2:]) < 2:
            raise ShapeError(f"`image` must hold a 2x2 cell, got {tuple(pixels.shape[-2:])}; give a larger mosaic.")

    def repair(self, pixels: Tensor) -> tuple[Tensor, list[str]]:
        """Without hot and dead samples, which only a sensor has."""
        if is_drawn(pixels):
            return pixels, []
        mosaic, count = without_defects(pixels)
        note = (
            f"{count} samples are hot or dead, unlike all around them: they were replaced by their neighbours' median"
        )
        return mosaic, [note] if count else []

    def witness(self) -> LinearPhysics:
        """The samples of the mosaic."""
        return Demosaicing(self.pattern)

    @override
    def channels(self, given: int) -> int:
        return 3

    @override
    def planes(self, channels: int) -> tuple[int, int]:
        return 8, 24  # the mosaic, the model's view of it, and the result; the interpolation of the start

    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        """Each colour seen through its own mask, with the contrast of the others."""
        masks, factors = Demosaicing(self.pattern).mask(y), balance(y, self.pattern, sigma or 0.0)
        physics = Channelwise([Inpainting(mask) for mask in masks[0]])
        seen = (masks * factors * y).sum(1, keepdim=True).expand(-1, 3, -1, -1)
        return Problem(seen, physics, balanced_sigma(sigma or 0.0, factors), filled_in, lambda x: x / factors)


@task_function
def demosaic(
    image: Picture,
    pattern: str = "RGGB",
    *,
    method: str | Method = "dpir",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Interpolate the colours of a raw Bayer mosaic, with a denoiser as prior (DPIR) or by a sparse model (GroupSC).

    Args:
        image: the mosaic as a grey picture.
        pattern: colours of the 2x2 cell at the top left, row by row: RGGB, BGGR, GRBG or GBRG.
        sigma: noise of the samples; with 0 they are kept as they are, and by ``groupsc`` unless it is given.
        method: ``dpir``, of 40 steps by default; ``ram``, one pass of a network for many problems
            (:class:`preimage.models.RAM`); or ``groupsc``, which takes one pass and knows no noise.
    """
    return carry_out(image, Demosaic(pattern), method, progress, **options)
