"""Colour from the mosaic behind a colour filter array."""

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ShapeError
from preimage.optim.dpir import DPIR
from preimage.optim.initial import filled_in
from preimage.physics import Demosaicing, Inpainting
from preimage.restore.channelwise import Channelwise
from preimage.restore.engine import Progress, Restored, Settings, restore
from preimage.restore.iterative import footprint, run_dpir
from preimage.restore.pictures import Picture
from preimage.restore.sigma import noise_level
from preimage.restore.task import Outcome, Task

__all__ = ["Demosaic", "demosaic"]


@dataclass(frozen=True)
class Demosaic(Task):
    """``y = sum_c mask_c x_c + noise``.

    Args:
        pattern: colours of a 2x2 cell, row by row.
    """

    pattern: str = "RGGB"

    name: ClassVar[str] = "demosaic"
    default_steps: ClassVar[int] = 40

    def __post_init__(self) -> None:
        Demosaicing(self.pattern)  # names the patterns there are

    def options(self) -> dict[str, Any]:
        """The pattern."""
        return {"pattern": self.pattern}

    def check(self, pixels: Tensor) -> None:
        """A mosaic is grey."""
        if pixels.shape[0] != 1:
            raise ShapeError(
                "`image` must be a mosaic, one grey sample a pixel, got a colour picture; it needs no demosaicking."
            )
        if min(pixels.shape[-2:]) < 2:
            raise ShapeError(f"`image` must hold a 2x2 cell, got {tuple(pixels.shape[-2:])}; give a larger mosaic.")

    def estimate(self, pixels: Tensor) -> float:
        """The mean over the four quarter pictures of one colour each."""
        parts = [noise_level(pixels[:, row::2, column::2]) for row in (0, 1) for column in (0, 1)]
        return sum(parts) / len(parts)

    def channels(self, given: int) -> int:
        """Red, green, blue."""
        return 3

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """As for every method by DPIR, with the interpolation of the start."""
        held, between = footprint(3, height * width, height * width)
        return held, max(between, 8 * 4 * 3 * height * width)

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """DPIR from a bilinear interpolation, each colour seen through its own mask."""
        masks = Demosaicing(self.pattern).mask(y)[0]
        physics = Channelwise([Inpainting(mask) for mask in masks])
        seen = y.expand(-1, 3, -1, -1)
        return run_dpir(DPIR.demosaicing(denoiser), seen, physics, sigma, steps, filled_in, trace)


def demosaic(
    image: Picture,
    pattern: str = "RGGB",
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int = 40,
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    trace: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Colour from a raw Bayer mosaic with a denoiser as prior (DPIR).

    Args:
        image: the mosaic as a grey picture; see :func:`preimage.restore.deblur`, as for everything else.
        pattern: colours of the 2x2 cell at the top left, row by row: RGGB, BGGR, GRBG or GBRG.
        sigma: noise of the samples; with 0 they are kept as they are.

    Raises:
        ImageFileError, ArgumentError, ShapeError: see there; the picture is no mosaic.
    """
    return restore(
        image, Demosaic(pattern), Settings(sigma, strength, steps, weights, memory, device, seed, trace), progress
    )
