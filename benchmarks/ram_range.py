"""What a network of many problems was trained for, the factors that make its error maps hold, and how much they cover.

    python benchmarks/ram_range.py --weights runs/ram/ram.safetensors --data ../shared/data

The range is that of problems drawn as in the training (`preimage.training.recipes.ram`), by another seed. Factors are
found for each kind of operator on such problems with crops of the training pictures, and are held against the crops of
the test pictures of the leaderboard, whose problems they have not seen. What is printed is for `weights.toml`.
"""

import argparse
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from _tasks import SETS, TASKS, crops, measured
from preimage import zoo
from preimage._seen import count_seen
from preimage.datasets import load_images
from preimage.models import RAM
from preimage.models.ram.system import system_of
from preimage.physics import LinearPhysics
from preimage.sampling import BootstrapErrorMap, conformal_factor, coverage
from preimage.training.recipes.ram.problem import with_noises
from preimage.training.recipes.ram.recipe import RAMRecipe
from preimage.transform import Shift

LEVEL = 0.9
SEED = 1_000_003


def drawn(recipe: RAMRecipe, images: list[Tensor], step: int) -> tuple[Tensor, Tensor, LinearPhysics]:
    """The clean images, the measurements and the physics of a step."""
    kind, (clean, y, sigma, gain, *parameters) = recipe.kind(step), recipe.batch(images, step)
    operator = kind.problem.operator(parameters, kind.side, kind.channels, kind.shared)
    return clean, y, with_noises(operator, sigma, gain)


def widths(model: RAM, y: Tensor, physics: LinearPhysics, samples: int) -> tuple[Tensor, Tensor]:
    """The reconstruction and its expected error."""
    x_hat = model(y, physics)
    return x_hat, BootstrapErrorMap(model, Shift(), samples)(y, physics, x_hat)


@torch.no_grad()
def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description="Range, factors and coverage of a network of many problems.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with train/")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=60, help="of up to eight problems")
    parser.add_argument("--samples", type=int, default=4, help="reconstructions of an error map")
    parser.add_argument("--pictures", type=int, default=3, help="of each test")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, recipe = zoo.load_file(args.weights, RAM()), replace(RAMRecipe(), seed=SEED)
    images = load_images(args.data / "train" / "CBSD400", 3)[::8]
    ratios, shares, found = [], [], defaultdict(lambda: ([], []))
    for step in range(args.batches):
        clean, y, physics = drawn(recipe, images, step)
        system = system_of(y, physics, 1)
        ratios += system.ratio.tolist()
        unknowns = clean[0].numel() * (2 if clean.is_complex() else 1)
        shares.append(float(count_seen(y, physics.seen(y)).min()) / unknowns)
        x_hat, expected = widths(model, y, physics, args.samples)
        found[physics.kind][0].extend((x_hat - clean).abs())
        found[physics.kind][1].extend(expected)
    factors = {kind: conformal_factor(*pairs, LEVEL) for kind, pairs in found.items() if len(pairs[0]) > 9}
    print(f"noise_range = [{min(ratios):.2g}, {max(ratios):.2g}]  least_share = {min(shares):.2g}", flush=True)
    print("operators =", sorted(found), {kind: len(pairs[0]) for kind, pairs in found.items()})
    print(
        "error_factors = {", ", ".join(f'"{kind}" = {factor:.3f}' for kind, factor in factors.items()), "}", flush=True
    )
    covered = {}
    for task in TASKS:
        folder = SETS[task.channels][0]
        clean = crops(task, folder, args.pictures)
        y, physics = measured(task, clean)
        x_hat, expected = widths(model, y, physics, args.samples)
        factor = factors.get(physics.kind, max(factors.values()))
        covered[f"{folder}/{task.name}"] = float(coverage((x_hat - clean).abs(), factor * expected).mean())
    print("error_coverage = {", ", ".join(f'"{name}" = {share:.3f}' for name, share in covered.items()), "}")


if __name__ == "__main__":
    main()
