"""Train a noise-conditioned DRUNet on a folder of images.

    python -m preimage.training.recipes.drunet --data CBSD400 --channels 1 --out runs/grey --time 40

Run it again with the same arguments and it continues; ``runs/grey/drunet.safetensors`` holds the averaged weights.

``drunet-grey-compact`` and ``drunet-color-compact``, which the package ships, are what the defaults give after all
steps with ``--channels 1`` and ``--channels 3`` on CBSD400, the 400 colour photographs of the Berkeley segmentation
data set that no test set contains (grey is their luma); ``preimage.training.recipes.ship`` puts them in place. The
defaults are those of a compact network on one CPU thread: L1 and at last root-mean-square loss, sixteen 64x64 crops a
step with the eight symmetries, one noise level per crop, Muon for the hidden layers, learning rate constant for a
quarter of the run and then linear to zero.
"""

import argparse
import copy
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import crop_batch, load_images
from preimage.denoisers import DRUNet
from preimage.training.callbacks import EachCheckpoint
from preimage.training.checkpoint import write_weights
from preimage.training.fit import LearningRule, WarmupStableDecay, fit
from preimage.training.muon import Muon
from preimage.training.recipes.evaluate import denoising_psnr

__all__ = ["DRUNetRecipe", "train_drunet"]


@dataclass(frozen=True)
class DRUNetRecipe:
    """Everything that decides the weights, together with the training images.

    Args:
        sigma_max: the noise level is uniform in [0, sigma_max], image units.
        rms_from: share of the run after which the loss is no longer the mean absolute error, which is robust and aims
            at medians, but each crop's root-mean-square error, which aims at the means that PSNR asks for and weighs
            noise levels alike.
        bfloat16: compute the network in bfloat16 (weights and optimizer stay float32); twice as fast on CPUs that have
            the instructions.
    """

    channels: int = 1
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    steps: int = 20_000
    batch: int = 16
    patch: int = 64
    sigma_max: float = 55 / 255
    muon_rate: float = 0.006
    adam_rate: float = 1e-3
    decay: float = 0.75
    rms_from: float = 0.7
    seed: int = 0
    bfloat16: bool = True


def drunet_network(recipe: DRUNetRecipe) -> DRUNet:
    """The network at step 0: orthogonal weights, the last convolution of each residual branch scaled down."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = DRUNet(recipe.channels, recipe.widths, recipe.blocks, residual=True)
        for name, parameter in network.named_parameters():
            ends_branch = name.endswith("res.2.weight") or name.startswith("m_tail")
            start = torch.empty(parameter.shape)  # orthogonal_ takes no channels-last weights
            parameter.data.copy_(nn.init.orthogonal_(start, gain=0.2 if ends_branch else 1.0))
    return network


def optimizers(network: DRUNet, recipe: DRUNetRecipe) -> list[torch.optim.Optimizer]:
    """Muon for the hidden layers, AdamW for the first and the last."""
    edges = [network.m_head.weight, network.m_tail.weight]
    hidden = [p for p in network.parameters() if all(p is not edge for edge in edges)]
    return [Muon(hidden, lr=recipe.muon_rate), torch.optim.AdamW(edges, lr=recipe.adam_rate, betas=(0.9, 0.99))]


def noisy_batch(images: list[Tensor], recipe: DRUNetRecipe, step: int) -> tuple[Tensor, Tensor, Tensor]:
    """Clean crops, their noisy versions and the noise levels of step ``step``."""
    rng = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    clean = crop_batch(images, recipe.batch, recipe.patch, rng)
    sigma = recipe.sigma_max * torch.rand(recipe.batch, generator=rng)
    noise = torch.randn(clean.shape, generator=rng)
    return clean, clean + sigma.reshape(-1, 1, 1, 1) * noise, sigma


def train_drunet(
    data: Path,
    out: Path,
    recipe: DRUNetRecipe,
    time_budget: float = math.inf,
    validate: Path | None = None,
    device: str = "cpu",
) -> None:
    """Train, checkpoint and write ``out/drunet.safetensors``; see the module's docstring."""
    images = load_images(data, recipe.channels)
    held_out = load_images(validate, recipe.channels) if validate else []
    out.mkdir(parents=True, exist_ok=True)
    network = drunet_network(recipe).to(device)
    averaged = copy.deepcopy(network)

    def loss(net: nn.Module, step: int) -> Tensor:
        clean, noisy, sigma = (t.to(device) for t in noisy_batch(images, recipe, step))
        with torch.autocast(device, torch.bfloat16, enabled=recipe.bfloat16):
            estimate = net(noisy, sigma)
        error = estimate.float() - clean
        if step < recipe.rms_from * recipe.steps:
            return error.abs().mean()
        return error.square().mean((1, 2, 3)).add(1e-8).sqrt().mean()

    def report(step: int, net: nn.Module) -> dict[str, float]:
        scores = {f"psnr_{s}": denoising_psnr(net, held_out, s / 255) for s in (15, 25, 50)} if held_out else {}
        print(f"step {step}/{recipe.steps} " + " ".join(f"{k} {v:.2f}" for k, v in scores.items()), flush=True)
        write_weights(out / "drunet.safetensors", net.state_dict())
        return scores

    schedule = WarmupStableDecay(recipe.steps, decay=recipe.decay)
    result = fit(
        network,
        loss,
        LearningRule(optimizers(network, recipe), schedule),
        out,
        ema=averaged,
        time_budget=time_budget,
        checkpoint_every=1000,
        callbacks=[EachCheckpoint(report)],
    )
    print(f"{result.step} steps in {result.seconds:.0f} s" + ("" if result.finished else "; run again to continue"))


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Train a noise-conditioned DRUNet on a folder of images.")
    parser.add_argument("--data", type=Path, required=True, help="folder of training images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, the log and the weights")
    parser.add_argument("--validate", type=Path, help="folder of images for the PSNR columns of the log")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=1)
    parser.add_argument("--steps", type=int, default=DRUNetRecipe.steps)
    parser.add_argument("--time", type=float, default=math.inf, help="minutes for this session")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--published-size", action="store_true", help="32.6 M parameters: for a GPU")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    size = {"widths": (64, 128, 256, 512), "blocks": 4, "patch": 128} if args.published_size else {}
    recipe = DRUNetRecipe(channels=args.channels, steps=args.steps, seed=args.seed, **size)
    train_drunet(args.data, args.out, recipe, args.time * 60, args.validate, args.device)


if __name__ == "__main__":
    main()
