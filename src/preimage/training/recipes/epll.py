"""Fit the mixture of Gaussians of EPLL to the patches of a folder of images.

    python -m preimage.training.recipes.epll --data BSD400 --out runs/epll

``runs/epll/epll.safetensors`` then holds the weights of :class:`preimage.denoisers.EPLLDenoiser`. ``epll-grey``, which
the package ships, is what the defaults give on BSD400, the 400 grey 180x180 training photographs of DnCNN;
``preimage.training.recipes.ship`` puts it in place.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from preimage.datasets import crop_batch, load_images
from preimage.denoisers import EPLLDenoiser, GaussianMixture
from preimage.training.checkpoint import write_weights

__all__ = ["EPLLRecipe", "train_epll"]


@dataclass(frozen=True)
class EPLLRecipe:
    """Everything that decides the mixture, together with the training images.

    Args:
        components: the number of components of the mixture.
        patches: how many random patches, under random symmetries, without their mean.
        steps: the most steps of expectation maximisation.
        tol: stop when the mean log-likelihood of a patch rises by less in a step.
        floor: the smallest eigenvalue of a covariance; by default the variance of half a grey level.
    """

    channels: int = 1
    size: int = 8
    components: int = 100
    patches: int = 200_000
    steps: int = 60
    tol: float = 1e-3
    floor: float = (0.5 / 255) ** 2
    seed: int = 0


def training_patches(images: list[Tensor], recipe: EPLLRecipe, rng: torch.Generator) -> Tensor:
    """(n, channels size^2), each less its mean."""
    crops = crop_batch(images, recipe.patches, recipe.size, rng).flatten(1)
    return crops - crops.mean(1, keepdim=True)


def train_epll(data: Path, out: Path, recipe: EPLLRecipe) -> GaussianMixture:
    """Fit and write ``out/epll.safetensors``."""
    rng = torch.Generator().manual_seed(recipe.seed)
    patches = training_patches(load_images(data, recipe.channels), recipe, rng)
    started = time.monotonic()

    def report(step: int, likelihood: float) -> None:
        print(f"step {step}: {likelihood:.4f} after {time.monotonic() - started:.0f} s", flush=True)

    mixture = GaussianMixture.fit(
        patches, recipe.components, rng, recipe.steps, recipe.tol, recipe.floor, report=report
    )
    out.mkdir(parents=True, exist_ok=True)
    write_weights(out / "epll.safetensors", EPLLDenoiser(mixture, recipe.size).state_dict())
    return mixture


def main() -> None:
    """Parse the command line and fit."""
    parser = argparse.ArgumentParser(description="Fit the mixture of Gaussians of EPLL to a folder of images.")
    parser.add_argument("--data", type=Path, required=True, help="folder of training images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=EPLLRecipe.channels)
    parser.add_argument("--size", type=int, default=EPLLRecipe.size)
    parser.add_argument("--components", type=int, default=EPLLRecipe.components)
    parser.add_argument("--patches", type=int, default=EPLLRecipe.patches)
    parser.add_argument("--steps", type=int, default=EPLLRecipe.steps)
    parser.add_argument("--seed", type=int, default=EPLLRecipe.seed)
    args = parser.parse_args()
    sizes = {"size": args.size, "components": args.components, "patches": args.patches, "steps": args.steps}
    train_epll(args.data, args.out, EPLLRecipe(channels=args.channels, seed=args.seed, **sizes))


if __name__ == "__main__":
    main()
