"""What random histories of pictures cost in the training steps of the recipes that learn from them.

    python benchmarks/training_steps.py [--data ../shared/data/train/CBSD400] [--steps 12] [--bfloat16]

A row a recipe, with its settings: milliseconds of the processor, on one thread, to draw and degrade the crops of a step
(that is all that a recipe's ``batch`` does), for the whole step (network, gradients and optimizers, too), and the share
of the former. The means of the middle half of the steps.
"""

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from preimage.datasets import load_images
from preimage.training.recipe import StepRecipe
from preimage.training.recipes.blind import BlindColorRecipe, BlindGreyRecipe
from preimage.training.recipes.sr_blind import SRBlindRecipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = Path(__file__).resolve().parents[2] / "shared" / "data" / "train" / "CBSD400"
    parser.add_argument("--data", type=Path, default=usual)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--bfloat16", action="store_true", help="networks in bfloat16, as the recipes have it")
    args = parser.parse_args()
    torch.set_num_threads(1)
    for name, recipe in recipes(args.bfloat16):
        images = load_images(args.data, recipe.channels)[:40]
        made, whole = costs(recipe, images, args.steps)
        print(
            f"{name:12s} histories {1e3 * made:6.1f} ms, step {1e3 * whole:6.1f} ms, {100 * made / whole:.0f} %",
            flush=True,
        )


def recipes(bfloat16: bool) -> Iterable[tuple[str, StepRecipe]]:
    """As the shipped networks were trained."""
    yield "blind-color", BlindColorRecipe(bfloat16=bfloat16)
    yield "blind-grey", BlindGreyRecipe(bfloat16=bfloat16)
    yield "sr-blind x2", SRBlindRecipe(factor=2, patch=96, bfloat16=bfloat16)
    yield "sr-blind x4", SRBlindRecipe(bfloat16=bfloat16)


def costs(recipe: StepRecipe, images: list[Tensor], steps: int) -> tuple[float, float]:
    """Seconds of the processor for the batch, and for the whole step."""
    network = recipe.network().train()
    rule = recipe.rule(network)
    seconds = []
    for step in range(steps + 2):
        began = time.process_time()
        batch = recipe.batch(images, step)
        made = time.process_time()
        recipe.loss(network, batch, step).backward()
        for optimizer in rule.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        seconds.append((made - began, time.process_time() - began))
    made, whole = (
        torch.tensor(seconds[2:], dtype=torch.float64).sort(0).values[steps // 4 : -(steps // 4)].mean(0).tolist()
    )
    return made, whole


if __name__ == "__main__":
    main()
