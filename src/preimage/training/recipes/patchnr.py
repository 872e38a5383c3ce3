"""Fit the normalising flow of PatchNR to the patches of a folder of images.

    python -m preimage.training.recipes.patchnr --data BSD400 --out runs/patchnr --time 20

Run it again with the same arguments and it continues; ``runs/patchnr/patchnr.safetensors`` holds the averaged weights
of :class:`preimage.optim.PatchFlow`. Six images were enough in the paper.
"""

import argparse
import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import crop_batch, load_images
from preimage.optim import PatchFlow
from preimage.training.callbacks import EachCheckpoint
from preimage.training.checkpoint import write_weights
from preimage.training.fit import LearningRule, WarmupStableDecay, fit

__all__ = ["PatchNRRecipe", "fit_flow", "train_patchnr"]


@dataclass(frozen=True)
class PatchNRRecipe:
    """Everything that decides the flow, together with the training images."""

    channels: int = 1
    size: int = 6
    blocks: int = 5
    width: int = 512
    steps: int = 20_000
    batch: int = 128
    rate: float = 1e-3
    seed: int = 0


def fit_flow(
    flow: PatchFlow,
    vectors: Callable[[int], Tensor],
    out: Path,
    steps: int,
    rate: float = 1e-3,
    time_budget: float = math.inf,
) -> PatchFlow:
    """Maximise the likelihood of ``vectors(step)`` (n, dim) by Adam, in place; returns the averaged flow.

    The loss is the mean negative log-likelihood per dimension. ``out`` gets the checkpoint, the log and
    ``patchnr.safetensors``.
    """
    averaged = copy.deepcopy(flow)

    def loss(network: nn.Module, step: int) -> Tensor:
        batch = vectors(step)
        return network(batch).mean() / batch.shape[1]

    def store(step: int, network: nn.Module) -> dict[str, float]:
        write_weights(out / "patchnr.safetensors", network.state_dict())
        return {}

    fit(
        flow,
        loss,
        LearningRule([torch.optim.Adam(flow.parameters(), lr=rate)], WarmupStableDecay(steps)),
        out,
        ema=averaged,
        time_budget=time_budget,
        callbacks=[EachCheckpoint(store)],
    )
    return averaged


def patches_of(images: list[Tensor], recipe: PatchNRRecipe, step: int) -> Tensor:
    """Patches of step ``step``, (batch, channels size^2), with noise of one grey level: their density is bounded."""
    rng = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    crops = crop_batch(images, recipe.batch, recipe.size, rng).flatten(1)
    return crops + (torch.rand(crops.shape, generator=rng) - 0.5) / 255


def train_patchnr(data: Path, out: Path, recipe: PatchNRRecipe, time_budget: float = math.inf) -> PatchFlow:
    """Fit and write ``out/patchnr.safetensors``."""
    images = load_images(data, recipe.channels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        flow = PatchFlow(recipe.channels * recipe.size**2, recipe.blocks, recipe.width)
    return fit_flow(flow, lambda step: patches_of(images, recipe, step), out, recipe.steps, recipe.rate, time_budget)


def main() -> None:
    """Parse the command line and fit."""
    parser = argparse.ArgumentParser(description="Fit the normalising flow of PatchNR to a folder of images.")
    parser.add_argument("--data", type=Path, required=True, help="folder of training images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, the log and the weights")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=PatchNRRecipe.channels)
    parser.add_argument("--size", type=int, default=PatchNRRecipe.size)
    parser.add_argument("--steps", type=int, default=PatchNRRecipe.steps)
    parser.add_argument("--time", type=float, default=math.inf, help="minutes for this session")
    parser.add_argument("--seed", type=int, default=PatchNRRecipe.seed)
    args = parser.parse_args()
    recipe = PatchNRRecipe(channels=args.channels, size=args.size, steps=args.steps, seed=args.seed)
    train_patchnr(args.data, args.out, recipe, args.time * 60)


if __name__ == "__main__":
    main()
