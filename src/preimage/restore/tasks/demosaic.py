"""Colour from the mosaic behind a colour filter array."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, ShapeError
from preimage.files.samples.sampling import Sampling
from preimage.optim.dpir import DPIR
from preimage.optim.initial import filled_in
from preimage.physics import Demosaicing, Inpainting, LinearPhysics
from preimage.physics.blur import Channelwise
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.noise import is_drawn
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.sigma import describe_sigma
from preimage.restore.frame.task import DenoiserTask, Level, Outcome
from preimage.restore.frame.work import Progress, Settings
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.dpir import footprint, run_dpir
from preimage.restore.methods.mosaic_model import MosaicModel
from preimage.restore.methods.search import of_patches
from preimage.restore.tasks.mosaic import balance, balanced_sigma, without_defects
from preimage.solve import Reason

__all__ = ["Demosaic", "DemosaicByPatches", "demosaic", "demosaicking"]

# Estimates below this, in image units, may as well be texture.
_CLEAN = 3 / 255


@dataclass(frozen=True)
class Demosaic(DenoiserTask):
    """``y = sum_c mask_c x_c + noise``.

    Raw colours are of unequal strength until they are balanced for white, which denoisers and interpolation take for
    colour fringes. So the colours are given the same contrast while they are restored, and get their strength back.

    Args:
        pattern: colours of a 2x2 cell, row by row.
    """

    pattern: str = "RGGB"

    name: ClassVar[str] = "demosaic"
    reads_stored: ClassVar[bool] = True
    makes_colour: ClassVar[bool] = True
    default_steps: ClassVar[int] = 40
    method: ClassVar[str] = "dpir"

    def __post_init__(self) -> None:
        Demosaicing(self.pattern)  # names the patterns there are

    def options(self) -> dict[str, Any]:
        """The pattern, and the method."""
        return {"pattern": self.pattern, "method": self.method}

    def check(self, pixels: Tensor) -> None:
        """A mosaic is grey."""
        if pixels.shape[0] != 1:
            raise ShapeError(
                "`image` must be a mosaic, one grey sample a pixel, got a colour picture; it needs no demosaicking."
            )
        if min(pixels.shape[-2:]) < 2:
            raise ShapeError(f"`image` must hold a 2x2 cell, got {tuple(pixels.shape[-2:])}; give a larger mosaic.")

    def repaired(self, pixels: Tensor) -> tuple[Tensor, list[str]]:
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

    def channels(self, given: int) -> int:
        """Red, green, blue."""
        return 3

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """As for every method by DPIR, with the interpolation of the start."""
        held, between = footprint(3, height * width, height * width)
        return held, max(between, 8 * 4 * 3 * height * width)

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """DPIR from a bilinear interpolation, each colour seen through its own mask."""
        masks, factors = Demosaicing(self.pattern).mask(y), balance(y, self.pattern, sigma)
        physics = Channelwise([Inpainting(mask) for mask in masks[0]])
        seen = (masks * factors * y).sum(1, keepdim=True).expand(-1, 3, -1, -1)
        level = balanced_sigma(sigma, factors)
        outcome = run_dpir(DPIR.demosaicing(denoiser), seen, physics, level, steps, filled_in, trace)
        return replace(outcome, x=outcome.x / factors)


class DemosaicByPatches(Demosaic):
    """The same by a sparse model, whose patches have holes, in one pass. It was trained without noise."""

    default_steps: ClassVar[int] = 1
    method: ClassVar[str] = "groupsc"

    def weights(self, channels: int) -> str:
        """Those of GroupSC."""
        return "groupsc-mosaic"

    def prepared(self, denoiser: Denoiser) -> Denoiser:
        """The model as it sees this pattern."""
        return MosaicModel(of_patches(denoiser), self.pattern)

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """No noise unless the user says so."""
        found = self.estimate(pixels).sigma if sigma is None else sigma
        noisy = found > (_CLEAN if sigma is None else 0)
        advice = f"groupsc removes no noise, but there is some ({describe_sigma(found)}): dpir would be better"
        return Level(sigma or 0.0, "assumed" if sigma is None else "given", (advice,) if noisy else ())

    def range_notes(self, denoiser: Denoiser, level: float) -> list[str]:
        """Said above."""
        return []

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """The mosaic, the model's view of it, and the result."""
        size = 4 * 8 * height * width
        return size, size

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """One call of the model; without noise the samples are kept."""
        factors = balance(y, self.pattern, sigma)
        x = denoiser(factors * Demosaicing(self.pattern).A_adjoint(y), balanced_sigma(sigma, factors))
        return Outcome(x / factors, Reason("one_pass", 1))


def demosaicking(pattern: str, method: str) -> Demosaic:
    """The task by its method.

    Raises:
        ArgumentError: no such method.
    """
    methods = {kind.method: kind for kind in (Demosaic, DemosaicByPatches)}
    if method not in methods:
        raise ArgumentError(f"`method` must be {' or '.join(methods)}, got {method!r}; leave it out.")
    return methods[method](pattern)


def demosaic(
    image: Picture,
    pattern: str = "RGGB",
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int | None = None,
    method: str = "dpir",
    search: str = "light",
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    bits: int | None = None,
    trace: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Colour from a raw Bayer mosaic with a denoiser as prior (DPIR), or by a sparse model (GroupSC).

    Args:
        image: the mosaic as a grey picture; see :func:`preimage.restore.deblur`, as for everything else.
        pattern: colours of the 2x2 cell at the top left, row by row: RGGB, BGGR, GRBG or GBRG.
        sigma: noise of the samples; with 0 they are kept as they are, and by ``groupsc`` unless it is given.
        steps: of ``dpir``, 40 by default.
        method: ``dpir``, or ``groupsc``, which takes one pass and knows no noise.
        search: how ``groupsc`` looks for similar patches: ``light``, as in training, or ``paper``,
            every pixel instead of every second or third.

    Raises:
        ImageFileError, ArgumentError, ShapeError: see there; the picture is no mosaic.
    """
    task = demosaicking(pattern, method)
    if task.default_steps == 1 and (trace or steps is not None):
        raise ArgumentError(f"`steps` and `trace` must be left out for {method}, got one; it takes a single pass.")
    settings = Settings(sigma, strength, steps, weights, memory, device, seed, trace, search=search, bits=bits)
    return restore(image, ByDenoiser(task), settings, progress)
