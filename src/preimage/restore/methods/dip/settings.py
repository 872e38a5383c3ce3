"""What is fitted for each task: the publication's choice, or the accelerated one.

Every function takes the name of a setting and gives a prior. Where that has no ``stop``, measurements are held out.
"""

from dataclasses import replace
from functools import partial

import torch.nn.functional as F
from torch import Tensor

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.models.dip import (
    DeepImagePrior,
    Fit,
    GuideInput,
    HeldOut,
    Input,
    MovingVariance,
    SelfGuide,
    StartFrom,
    UNetGenerator,
    published,
)
from preimage.restore.frame.task import Task

__all__ = [
    "SETTINGS",
    "prior_for_artefacts",
    "prior_for_flash",
    "prior_for_missing",
    "prior_for_noise",
    "prior_for_resolution",
    "prior_of",
    "start_from",
]

SETTINGS = ("fast", "paper")

# A hole is large where a square of this side fits into it: no text is as thick.
_HOLE = 32
# Missing pixels are scattered where no square of this side fits among them.
_SPECK = 5
# Factor on the rate for trained weights, which longer steps would destroy.
_CAREFUL = 1 / 4
# Above this level, noise is not to be taken over from the pixels seen.
_FAINT = 5 / 255


def prior_of(task: Task, setting: str, sigma: float) -> DeepImagePrior:
    """For ``task`` at a noise level of about ``sigma``, by what it has to make up."""
    guide, holes = task.guide(), task.hidden()
    if guide is not None:
        return prior_for_flash(setting, guide)
    if task.scale() > 1:
        return prior_for_resolution(setting, task.scale())
    if holes is not None:
        return prior_for_missing(setting, holes, sigma)
    return prior_for_artefacts(setting) if task.artefact == "jpeg" else prior_for_noise(setting, sigma)


def prior_for_noise(setting: str, sigma: float) -> DeepImagePrior:
    """For noise of about the level ``sigma``, and for a known blur, of which the publication says nothing."""
    return published.denoising(sigma) if _is_paper(setting) else _of_photographs()


def prior_for_artefacts(setting: str) -> DeepImagePrior:
    """For what JPEG leaves, and for degradations of which nothing is known."""
    if _is_paper(setting):
        return published.jpeg_restoration()
    # JPEG's blocks are learned so slowly that no rule notices: not to go on for long is what helps.
    return _of_photographs(max_steps=1200)


def prior_for_resolution(setting: str, factor: int) -> DeepImagePrior:
    """For ``factor`` times as many pixels along each axis."""
    if _is_paper(setting):
        return published.superresolution(factor)
    # Few measurements: none is to be hidden. A noisy input keeps the network from following them too closely, and what
    # it then leaves of them the data step puts right.
    return DeepImagePrior(fit=Fit(1000, input_noise=0.06, runs=2), stop=MovingVariance())


def prior_for_missing(setting: str, holes: Tensor, sigma: float) -> DeepImagePrior:
    """For ``holes``, (H, W), true where pixels are missing, and noise of the level ``sigma`` on the others."""
    is_scattered = not _has_square(holes, _SPECK)
    if not _is_paper(setting):
        if is_scattered and sigma <= _FAINT:
            network = partial(UNetGenerator, channels=(24, 48, 96))
            return DeepImagePrior(network, SelfGuide(), Fit(1500, rate=0.008, input_noise=0, runs=2), HeldOut(0.02))
        # What is seen has hardly any noise: little may be added to the input, or it blurs what is drawn.
        return DeepImagePrior(fit=Fit(1000, rate=0.006, input_noise=0.005, runs=2))
    share = float(holes.float().mean())
    if share > 0.9:
        return published.few_pixels()
    if share > 0.3:
        return published.missing_pixels()
    return published.inpainting_regions() if _has_square(holes, _HOLE) else published.inpainting_text()


def start_from(prior: DeepImagePrior, weights: str) -> DeepImagePrior:
    """With networks that start from ``weights``, a name of :mod:`preimage.zoo` or a file.

    Raises:
        ArgumentError: ``prior`` does not fill in scattered pixels, which is all that there are weights for.
        WeightsError: they are not for deep image priors.
    """
    if not isinstance(prior.source, SelfGuide):
        raise ArgumentError(
            "`weights` must be left out for dip, unless scattered pixels are missing from a picture without noise, got "
            f"{weights!r}; drop it."
        )
    fit = replace(prior.fit, rate=_CAREFUL * prior.fit.rate)
    return prior.replace(network=StartFrom(zoo.load_generator(weights)), fit=fit)


def _of_photographs(source: Input | None = None, max_steps: int = 2000) -> DeepImagePrior:
    """For what is measured pixel by pixel, with noise that may go on from one to the next: hidden ones tell nothing.

    Faint noise is learned so late that the rule would see it too late: about as many steps as published are the most.
    """
    return DeepImagePrior(
        source=source, fit=Fit(max_steps, input_noise=0.02, runs=2), stop=MovingVariance(patience=300)
    )


def _has_square(holes: Tensor, side: int) -> bool:
    """Whether all is missing in some square."""
    side = min(side, *holes.shape)
    return bool((F.avg_pool2d(holes[None].float(), side, 1) == 1).any())


def prior_for_flash(setting: str, guide: Tensor) -> DeepImagePrior:
    """For a picture without flash, with that with flash, (C, H, W), as input."""
    return published.flash_no_flash(guide) if _is_paper(setting) else _of_photographs(GuideInput(guide))


def _is_paper(setting: str) -> bool:
    if setting not in SETTINGS:
        raise ArgumentError(f"`setting` must be fast or paper, got {setting!r}; fast takes a fraction of the time.")
    return setting == "paper"
