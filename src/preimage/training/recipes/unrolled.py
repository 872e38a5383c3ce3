"""Train five unrolled steps of proximal gradient descent to deblur grey images.

    preimage train unrolled --data BSD400 --out runs/unrolled --set steps=1500 --time 10m

The same command goes on where it was stopped; ``runs/unrolled/unrolled.safetensors`` holds the averaged weights. Each
step has a compact DRUNet as its prior, a learned step size and a learned level for its denoiser. The physics is a
periodic Gaussian blur with noise of 2/255. The recipe is one for CPUs: 64x64 crops with the eight symmetries,
root-mean-square loss, Muon for the hidden layers, learning rate constant for a quarter of the run and then linear to
zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import step_generator
from preimage.datasets import crop_batch
from preimage.machine.precision import multiplies_bfloat16
from preimage.optim import PGD, PnP
from preimage.optim.initial import initial_image
from preimage.optim.unrolled import Unrolled
from preimage.physics import BlurFFT, GaussianNoise, LinearPhysics, kernels
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe, rms_per_image
from preimage.training.recipes.drunet import DRUNetRecipe
from preimage.training.recipes.evaluate import deblurring_psnr
from preimage.training.recipes.half_precision import HalfPrecision
from preimage.training.schedule import WarmupStableDecay

__all__ = ["UnrolledRecipe"]


@dataclass(frozen=True, kw_only=True)
class UnrolledRecipe(StepRecipe):
    """Unrolled steps of proximal gradient descent with DRUNets for priors.

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

    steps: int = 1500
    unrolled: int = 5
    shared: bool = False
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 1
    blur: float = 1.6
    sigma: float = 2 / 255
    level: float = 10 / 255
    crops: int = 8
    patch: int = 64
    muon_rate: float = 0.006
    adam_rate: float = 1e-3
    number_rate: float = 0.01
    decay: float = 0.75
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "unrolled"

    def physics(self) -> LinearPhysics:
        """The blur and its noise."""
        return BlurFFT(kernels.gaussian_blur(self.blur), GaussianNoise(self.sigma))

    @override
    def network(self) -> Unrolled:
        seeds = range(1 if self.shared else self.unrolled)
        like = [
            DRUNetRecipe(widths=self.widths, blocks=self.blocks, seed=self.unrolled * self.seed + seed)
            for seed in seeds
        ]
        # PnP asks for the level sqrt(weight * step size), and the step size starts as sigma^2 / ||A||^2.
        weight = (self.level / self.sigma) ** 2
        priors = nn.ModuleList(PnP(HalfPrecision(recipe.network(), self.bfloat16), weight) for recipe in like)
        prior = priors if len(priors) > 1 else priors[0]
        return Unrolled(PGD(), prior, self.unrolled, ["step_size", "weight"], init=initial_image)

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops and their measurements."""
        rng = step_generator(self.seed, step)
        clean = crop_batch(images, self.crops, self.patch, rng)
        return clean, self.physics()(clean, rng=rng)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        clean, y = batch
        return rms_per_image(network(y, self.physics().to(y.device)) - clean)

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers, AdamW for the first and last ones and the numbers."""
        named = list(network.named_parameters())
        hidden = [p for name, p in named if p.ndim == 4 and not name.endswith(("m_head.weight", "m_tail.weight"))]
        edges = [p for name, p in named if name.endswith(("m_head.weight", "m_tail.weight"))]
        numbers = [p for name, p in named if name.startswith("learned.")]
        groups = [{"params": edges}, {"params": numbers, "lr": self.number_rate}]
        adam = torch.optim.AdamW(groups, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        schedule = WarmupStableDecay(self.steps, min(100, self.steps // 10 + 1), self.decay)
        return LearningRule([Muon(hidden, lr=self.muon_rate), adam], schedule, ema_decay=0.99)

    @override
    def scores(self, network: nn.Module, images: Sequence[Tensor]) -> dict[str, float]:
        """PSNR of central crops."""
        return {"psnr": deblurring_psnr(network, images, self.physics())}
