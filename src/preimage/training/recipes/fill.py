"""Train the network that a deep image prior for missing pixels may start from.

    python -m preimage.training.recipes.fill --data CBSD400 --channels 1 --out runs/fill

Run it again with the same arguments and it continues; ``runs/fill/fill.safetensors`` holds the averaged weights of a
:class:`preimage.models.UNet` that fills in scattered pixels, as :class:`preimage.models.SelfGuide` shows them.

``fill-grey`` and ``fill-color``, which the package ships, are what the defaults give on CBSD400, the 400 colour
photographs of the Berkeley segmentation data set that no test set contains (grey is their luma). The network sees one
crop at a time, because it normalises by the mean and variance of the image itself.
"""

import argparse
import copy
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import crop_batch, load_images
from preimage.models import UNet
from preimage.training.callbacks import EachCheckpoint
from preimage.training.checkpoint import write_weights
from preimage.training.fit import LearningRule, WarmupStableDecay, fit

__all__ = ["FillRecipe", "fill_network", "train_fill"]


@dataclass(frozen=True)
class FillRecipe:
    """Everything that decides the weights, together with the training images.

    Args:
        seen: the share of the pixels that the network is shown is uniform between these two.
        bfloat16: compute the network in bfloat16 (weights and optimizer stay float32).
    """

    channels: int = 1
    widths: tuple[int, ...] = (24, 48, 96)
    steps: int = 8000
    patch: int = 128
    seen: tuple[float, float] = (0.2, 0.9)
    rate: float = 0.004
    seed: int = 0
    bfloat16: bool = True


def fill_network(recipe: FillRecipe) -> UNet:
    """The network at step 0."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        return UNet(2 * recipe.channels, recipe.channels, recipe.widths)


def masked_crop(images: list[Tensor], recipe: FillRecipe, step: int) -> tuple[Tensor, Tensor]:
    """A crop, (1, C, patch, patch), and which of its pixels are seen, (1, 1, patch, patch), of step ``step``."""
    rng = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    x = crop_batch(images, 1, recipe.patch, rng)
    low, high = recipe.seen
    share = low + (high - low) * torch.rand((), generator=rng)
    return x, (torch.rand(1, 1, *x.shape[-2:], generator=rng) < share).to(x)


def train_fill(data: Path, out: Path, recipe: FillRecipe, time_budget: float = math.inf, device: str = "cpu") -> None:
    """Train, checkpoint and write ``out/fill.safetensors``; see the module's docstring."""
    images = load_images(data, recipe.channels)
    out.mkdir(parents=True, exist_ok=True)
    network = fill_network(recipe).to(device)
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    def loss(net: nn.Module, step: int) -> Tensor:
        x, seen = (tensor.to(device) for tensor in masked_crop(images, recipe, step))
        shown = torch.cat([x * seen, seen.expand_as(x)], 1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device, torch.bfloat16, enabled=recipe.bfloat16):
            drawn = net(shown)
        return ((drawn.float() - x) * (1 - seen)).square().sum() / ((1 - seen).sum() * recipe.channels)

    def store(step: int, net: nn.Module) -> dict[str, float]:
        print(f"step {step}/{recipe.steps}", flush=True)
        write_weights(out / "fill.safetensors", net.state_dict())
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
    parser = argparse.ArgumentParser(description="Train a network that fills in scattered pixels.")
    parser.add_argument("--data", type=Path, required=True, help="folder of training images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, the log and the weights")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=FillRecipe.channels)
    parser.add_argument("--steps", type=int, default=FillRecipe.steps)
    parser.add_argument("--time", type=float, default=math.inf, help="minutes for this session")
    parser.add_argument("--seed", type=int, default=FillRecipe.seed)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    recipe = FillRecipe(channels=args.channels, steps=args.steps, seed=args.seed)
    train_fill(args.data, args.out, recipe, args.time * 60, args.device)


if __name__ == "__main__":
    main()
