"""Fit the mixture of Gaussians of EPLL to the patches of a folder of images.

    preimage train epll --data BSD400 --out runs/epll

``runs/epll/epll.safetensors`` then holds the weights of :class:`preimage.denoisers.EPLLDenoiser`. ``epll-grey``, which
the package ships, is what the defaults give on BSD400, the 400 grey 180x180 training photographs of DnCNN;
``preimage.training.recipes.ship`` puts it in place.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage.datasets import crop_batch, load_images
from preimage.denoisers import EPLLDenoiser, GaussianMixture
from preimage.training.checkpoint import write_weights
from preimage.training.recipe import Learned, Recipe, TrainingSession

__all__ = ["EPLLRecipe"]


@dataclass(frozen=True, kw_only=True)
class EPLLRecipe(Recipe):
    """A mixture of Gaussians for patches.

    Args:
        channels: the channels of the images, 1 or 3.
        size: the side of a patch, pixels.
        components: the number of components of the mixture.
        patches: how many random patches, under random symmetries, without their mean.
        steps: the most steps of expectation maximisation.
        tol: stop when the mean log-likelihood of a patch rises by less in a step.
        floor: the smallest eigenvalue of a covariance; by default the variance of half a grey level.
        seed: the seed of patches and of the start.
    """

    channels: int = 1
    size: int = 8
    components: int = 100
    patches: int = 200_000
    steps: int = 60
    tol: float = 1e-3
    floor: float = (0.5 / 255) ** 2
    seed: int = 0

    title: ClassVar[str] = "epll"

    def training_patches(self, images: Sequence[Tensor], rng: torch.Generator) -> Tensor:
        """(n, channels size^2), each less its mean."""
        crops = crop_batch(images, self.patches, self.size, rng).flatten(1)
        return crops - crops.mean(1, keepdim=True)

    @override
    def train(self, session: TrainingSession) -> Learned:
        """Fit, and write the weights; a run that is stopped starts anew."""
        rng, progress = torch.Generator().manual_seed(self.seed), session.progress
        patches = self.training_patches(load_images(session.data, self.channels), rng)
        started = time.monotonic()
        progress.begins(self.title, self.steps)
        mixture = GaussianMixture.fit(
            patches, self.components, rng, self.steps, self.tol, self.floor,
            report=lambda step, likelihood: progress.on_step(step + 1, -likelihood),
        )  # fmt: skip
        progress.ends(self.title, self.steps, time.monotonic() - started)
        session.out.mkdir(parents=True, exist_ok=True)
        denoiser, target = EPLLDenoiser(mixture, self.size), session.out / f"{self.title}.safetensors"
        write_weights(target, denoiser.state_dict())
        return Learned(denoiser, target, True)
