"""Train five unrolled steps of proximal gradient descent to deblur grey images.

    python -m preimage.training.recipes.unrolled --data BSD400 --out runs/unrolled --steps 1500 --time 10

Run it again with the same arguments and it continues; ``runs/unrolled/unrolled.safetensors`` holds the averaged weights
of :func:`unrolled_network`. Each step has a compact DRUNet as its prior, a learned step size and a learned level for
its denoiser. The physics is a periodic Gaussian blur with noise of 2/255. The recipe is one for CPUs: 64x64 crops with
the eight symmetries, root-mean-square loss, Muon for the hidden layers, learning rate constant for a quarter of the run
and then linear to zero.
"""

import argparse
import copy
import math
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import crop_batch, load_images
from preimage.denoisers import Denoiser
from preimage.metric import PSNR
from preimage.optim import PGD, PnP
from preimage.optim.initial import initial_image
from preimage.optim.unrolled import Unrolled
from preimage.physics import BlurFFT, GaussianNoise, LinearPhysics, kernels
from preimage.training.callbacks import EachCheckpoint
from preimage.training.checkpoint import write_weights
from preimage.training.fit import LearningRule, WarmupStableDecay, fit
from preimage.training.muon import Muon
from preimage.training.recipes import drunet

__all__ = ["UnrolledRecipe", "deblurring_psnr", "measured_crops", "physics", "train_unrolled", "unrolled_network"]


@dataclass(frozen=True)
class UnrolledRecipe:
    """Everything that decides the weights, together with the training images.

    Args:
        unrolled: steps of proximal gradient descent.
        shared: whether they share one network.
        widths, blocks: the widths and number of blocks of the DRUNets.
        blur: width of the Gaussian kernel, pixels.
        sigma: standard deviation of the noise, image units.
        level: the denoisers' noise level at the start, image units.
        muon_rate, adam_rate, number_rate: learning rates of the hidden layers, of the first and last ones, and of the
            logarithms of step sizes and levels.
        bfloat16: compute the networks in bfloat16; the physics stays in float32.
    """

    unrolled: int = 5
    shared: bool = False
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 1
    blur: float = 1.6
    sigma: float = 2 / 255
    level: float = 10 / 255
    steps: int = 1500
    batch: int = 8
    patch: int = 64
    muon_rate: float = 0.006
    adam_rate: float = 1e-3
    number_rate: float = 0.01
    decay: float = 0.75
    seed: int = 0
    bfloat16: bool = True


class HalfPrecision(Denoiser):
    """A network computed in bfloat16 where ``enabled``; what goes in and comes out keeps its precision."""

    def __init__(self, network: Denoiser, enabled: bool) -> None:
        super().__init__()
        self.network = network
        self.enabled = enabled
        self.traits = network.traits

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Apply the network in bfloat16, where that is enabled."""
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.enabled):
            return self.network(x, sigma).to(x.dtype)


def physics(recipe: UnrolledRecipe) -> LinearPhysics:
    """The blur and its noise."""
    return BlurFFT(kernels.gaussian_blur(recipe.blur), GaussianNoise(recipe.sigma))


def unrolled_network(recipe: UnrolledRecipe) -> Unrolled:
    """The network at step 0."""
    seeds = range(1 if recipe.shared else recipe.unrolled)
    like = drunet.DRUNetRecipe(1, recipe.widths, recipe.blocks)
    networks = [drunet.drunet_network(replace(like, seed=recipe.unrolled * recipe.seed + seed)) for seed in seeds]
    # PnP asks for the level sqrt(weight * step size), and the step size starts as sigma^2 / ||A||^2.
    weight = (recipe.level / recipe.sigma) ** 2
    priors = nn.ModuleList(PnP(HalfPrecision(network, recipe.bfloat16), weight) for network in networks)
    prior = priors if len(priors) > 1 else priors[0]
    return Unrolled(PGD(), prior, recipe.unrolled, ["step_size", "weight"], init=initial_image)


def optimizers(network: Unrolled, recipe: UnrolledRecipe) -> list[torch.optim.Optimizer]:
    """Muon for the hidden layers, AdamW for the first and last ones and the numbers."""
    named = list(network.named_parameters())
    hidden = [p for name, p in named if p.ndim == 4 and not name.endswith(("m_head.weight", "m_tail.weight"))]
    edges = [p for _, p in named if p.ndim == 4 and all(p is not other for other in hidden)]
    groups = [{"params": edges}, {"params": list(network.learned.parameters()), "lr": recipe.number_rate}]
    adam = torch.optim.AdamW(groups, lr=recipe.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
    return [Muon(hidden, lr=recipe.muon_rate), adam]


def blurred_batch(images: list[Tensor], recipe: UnrolledRecipe, step: int) -> tuple[Tensor, Tensor]:
    """Clean crops and their measurements for ``step``."""
    rng = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    clean = crop_batch(images, recipe.batch, recipe.patch, rng)
    return clean, physics(recipe)(clean, rng=rng)


def measured_crops(images: list[Tensor], recipe: UnrolledRecipe, size: int = 128) -> tuple[Tensor, Tensor]:
    """The central ``size`` x ``size`` crops of uint8 ``images`` (1, H, W), in [0, 1], and their measurements."""
    crops = []
    for image in images:
        top, left = ((length - size) // 2 for length in image.shape[-2:])
        crops.append(image[:, top : top + size, left : left + size])
    clean = torch.stack(crops).float() / 255
    return clean, physics(recipe)(clean, rng=torch.Generator().manual_seed(0))


@torch.no_grad()
def deblurring_psnr(model: nn.Module, images: list[Tensor], recipe: UnrolledRecipe, size: int = 128) -> float:
    """Mean PSNR in dB of ``model(y, physics)``, clipped to [0, 1], on :func:`measured_crops`."""
    clean, y = measured_crops(images, recipe, size)
    return float(PSNR()(model(y, physics(recipe)).clamp(0, 1), clean).mean())


def train_unrolled(
    data: Path,
    out: Path,
    recipe: UnrolledRecipe,
    time_budget: float = math.inf,
    validate: Path | None = None,
    device: str = "cpu",
) -> Unrolled:
    """Train, checkpoint and write ``out/unrolled.safetensors``; the averaged network."""
    images = load_images(data, 1)
    held_out = load_images(validate, 1) if validate else []
    network = unrolled_network(recipe).to(device)
    averaged, operator = copy.deepcopy(network), physics(recipe).to(device)

    def loss(net: nn.Module, step: int) -> Tensor:
        clean, y = (t.to(device) for t in blurred_batch(images, recipe, step))
        error = net(y, operator) - clean
        return error.square().mean((1, 2, 3)).add(1e-8).sqrt().mean()

    def report(step: int, net: nn.Module) -> dict[str, float]:
        scores = {"psnr": deblurring_psnr(net, held_out, recipe)} if held_out else {}
        print(f"step {step}/{recipe.steps} " + " ".join(f"{k} {v:.2f}" for k, v in scores.items()), flush=True)
        write_weights(out / "unrolled.safetensors", net.state_dict())
        return scores

    schedule = WarmupStableDecay(recipe.steps, min(100, recipe.steps // 10 + 1), recipe.decay)
    result = fit(
        network,
        loss,
        LearningRule(optimizers(network, recipe), schedule, ema_decay=0.99),
        out,
        ema=averaged,
        time_budget=time_budget,
        callbacks=[EachCheckpoint(report)],
    )
    print(f"{result.step} steps in {result.seconds:.0f} s" + ("" if result.finished else "; run again to continue"))
    return averaged


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Train unrolled proximal gradient descent for deblurring.")
    parser.add_argument("--data", type=Path, required=True, help="folder of training images")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, the log and the weights")
    parser.add_argument("--validate", type=Path, help="folder of images for the PSNR column of the log")
    parser.add_argument("--steps", type=int, default=UnrolledRecipe.steps)
    parser.add_argument("--time", type=float, default=math.inf, help="minutes for this session")
    parser.add_argument("--shared", action="store_true", help="one network for all steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    recipe = UnrolledRecipe(steps=args.steps, shared=args.shared, seed=args.seed)
    train_unrolled(args.data, args.out, recipe, args.time * 60, args.validate, args.device)


if __name__ == "__main__":
    main()
