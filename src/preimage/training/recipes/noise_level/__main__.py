"""Train the network that finds the noise level of a picture.

    python -m preimage.training.recipes.noise_level --data CBSD400 --channels 1 --out runs/noise

Run it again with the same arguments and it continues; ``runs/noise/noise-level.safetensors`` holds the averaged weights
of a :class:`preimage.denoisers.NoiseLevelNetwork`. ``noise-level-grey`` (pictures of one channel and mosaics) and
``noise-level-color``, which the package ships, are what the defaults give on CBSD400.
"""

import argparse
import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from preimage.datasets import load_images
from preimage.denoisers import NoiseLevelNetwork
from preimage.training.callbacks import EachCheckpoint
from preimage.training.checkpoint import write_weights
from preimage.training.fit import LearningRule, WarmupStableDecay, fit
from preimage.training.recipes.noise_level.contents import content, mosaic
from preimage.training.recipes.noise_level.noises import degrade

__all__ = ["NoiseLevelRecipe", "batch", "noise_level_network", "train_noise_level"]


@dataclass(frozen=True)
class NoiseLevelRecipe:
    """Everything that decides the weights, together with the training images."""

    channels: int = 1
    steps: int = 4000
    batch: int = 16
    sizes: tuple[int, int] = (32, 80)
    rate: float = 0.002
    seed: int = 0


def noise_level_network(recipe: NoiseLevelRecipe) -> NoiseLevelNetwork:
    """The network at step 0."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        return NoiseLevelNetwork(recipe.channels)


def batch(photographs: Sequence[NDArray[np.uint8]], recipe: NoiseLevelRecipe, step: int) -> tuple[Tensor, Tensor]:
    """Pictures (B, C, size, size) of step ``step``, of one size, and the levels of their noise, (B,)."""
    rng = np.random.default_rng((recipe.seed, step))
    size = int(rng.integers(recipe.sizes[0] // 2, recipe.sizes[1] // 2 + 1)) * 2
    pictures, levels = [], []
    for _ in range(recipe.batch):
        clean, kind = content(photographs, size, rng), rng.random()
        if recipe.channels == 1:
            clean = mosaic(clean, rng) if kind < 0.35 else clean @ np.array([[0.299], [0.587], [0.114]])
        elif kind < 0.08:
            clean = np.repeat(clean[..., 1:2], 3, 2)
        picture, level = degrade(clean, rng)
        pictures.append(torch.from_numpy(picture).permute(2, 0, 1))
        levels.append(level)
    return torch.stack(pictures).float(), torch.tensor(levels)


def train_noise_level(
    data: Path, out: Path, recipe: NoiseLevelRecipe, time_budget: float = math.inf, device: str = "cpu"
) -> None:
    """Train, checkpoint and write ``out/noise-level.safetensors``; see the module's docstring."""
    photographs = [image.permute(1, 2, 0).numpy() for image in load_images(data, 3)]
    out.mkdir(parents=True, exist_ok=True)
    network = noise_level_network(recipe).to(device)
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    def loss(net: nn.Module, step: int) -> Tensor:
        pictures, levels = (tensor.to(device) for tensor in batch(photographs, recipe, step))
        t, s = net(pictures)
        off = (t - NoiseLevelNetwork.target(levels)) / s
        # Student's t with 4 degrees of freedom instead of a normal distribution: one bad picture does not lead.
        return (2.5 * (off.square() / 4).log1p() + s.log()).mean()

    def store(step: int, net: nn.Module) -> dict[str, float]:
        print(f"step {step}/{recipe.steps}", flush=True)
        write_weights(out / "noise-level.safetensors", net.state_dict())
        return {}

    result = fit(
        network,
        loss,
        LearningRule([torch.optim.Adam(network.parameters(), lr=recipe.rate)], WarmupStableDecay(recipe.steps)),
        out,
        ema=copy.deepcopy(network),
        time_budget=time_budget,
        callbacks=[EachCheckpoint(store)],
    )
    print(f"{result.step} steps in {result.seconds:.0f} s" + ("" if result.finished else "; run again to continue"))


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Train a network that finds the noise level of a picture.")
    parser.add_argument("--data", type=Path, required=True, help="folder of colour photographs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, the log and the weights")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=NoiseLevelRecipe.channels)
    parser.add_argument("--steps", type=int, default=NoiseLevelRecipe.steps)
    parser.add_argument("--time", type=float, default=math.inf, help="minutes for this session")
    parser.add_argument("--seed", type=int, default=NoiseLevelRecipe.seed)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    recipe = NoiseLevelRecipe(channels=args.channels, steps=args.steps, seed=args.seed)
    train_noise_level(args.data, args.out, recipe, args.time * 60, args.device)


if __name__ == "__main__":
    main()
