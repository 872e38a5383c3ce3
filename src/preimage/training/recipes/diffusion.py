"""Train a prior for diffusion: a denoiser for all levels of noise, from none to where nothing is left of the image.

    preimage train diffusion --data CBSD400 --out runs/diffusion

The same command goes on where it was stopped; ``runs/diffusion/diffusion.safetensors`` holds the averaged weights.

The network starts from a compact DRUNet that ships: with the constant channels it can be given what that one saw, the
picture with its mean, and it then gives the same where noise is weak. The levels of a batch are log-normal, one from
each of equally likely shares of the distribution, and clipped to ``sigma_range``. The loss is the squared error
divided by what is open at a level, ``spread^2 sigma^2 / (spread^2 + sigma^2)``, as in EDM: only a squared error has
the mean of the posterior as its minimum. The sides of the crops alternate, because a network that has seen small crops
alone does not know what to do with the many pixels that a large image offers at high levels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import step_generator
from preimage.datasets import crop_batch
from preimage.denoisers import PreconditionedDRUNet
from preimage.machine.precision import multiplies_bfloat16
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe
from preimage.training.recipes.drunet import DRUNetRecipe
from preimage.training.recipes.evaluate import denoising_psnr
from preimage.training.recipes.starts import load_suitable, with_shipped
from preimage.training.schedule import WarmupStableDecay

__all__ = ["DiffusionRecipe"]

# Of CBSD400: the mean of each channel, and of luma.
_MEANS = {1: (0.43,), 3: (0.43, 0.44, 0.36)}


@dataclass(frozen=True, kw_only=True)
class DiffusionRecipe(StepRecipe):
    """A prior for diffusion.

    Args:
        widths, blocks: the sizes of the network.
        start: weights of a DRUNet to start from; ``shipped`` takes those of the package, and nothing starts from
            random ones.
        sides: sides of the crops, a batch has one of them after the other.
        crops: crops of 64x64 pixels a step; fewer where they are larger.
        spread: the standard deviation of pixels.
        sigma_median, log_spread: the median of the levels, and the standard deviation of their logarithm.
        sigma_range: no level is lower or higher.
        muon_rate, adam_rate: learning rates of the hidden layers, and of the first and the last one.
        decay: the share of the steps in which the rate falls to zero.
        bfloat16: compute the network in bfloat16.
    """

    channels: int = 3
    steps: int = 8000
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    start: str = "shipped"
    sides: tuple[int, ...] = (64, 128, 64, 192)
    crops: int = 16
    spread: float = 0.25
    sigma_median: float = 0.4
    log_spread: float = 1.8
    sigma_range: tuple[float, ...] = (0.002, 100.0)
    muon_rate: float = 0.004
    adam_rate: float = 1e-3
    decay: float = 0.8
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "diffusion"
    checkpoint_every: ClassVar[int] = 500

    @override
    def network(self) -> PreconditionedDRUNet:
        """What the DRUNet gives where noise is weak."""
        low, high = self.sigma_range
        network = PreconditionedDRUNet(_MEANS[self.channels], self.spread, self.widths, self.blocks, (low, high))
        plain = DRUNetRecipe(channels=self.channels, widths=self.widths, blocks=self.blocks, seed=self.seed).network()
        if self.start:
            load_suitable(plain, with_shipped(Path(self.start), self.channels))
        state = plain.state_dict()
        head, tail, colours = state.pop("m_head.weight"), state.pop("m_tail.weight"), self.channels
        # `x = (x - m) + m`, all divided by what the input is divided by; borders are zero in both terms.
        means = torch.tensor(_MEANS[colours]).reshape(-1, 1, 1) / self.spread
        offset = (head[:, :colours] * means).sum(1, keepdim=True)
        state["m_head.weight"] = torch.cat([head[:, :colours], offset, head[:, colours:]], 1)
        state["m_tail.weight"] = torch.cat([tail, torch.zeros_like(tail[:1])])
        network.network.load_state_dict(state)
        return network

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops, their noisy versions and the noise levels."""
        rng = step_generator(self.seed, step)
        side = self.sides[step % len(self.sides)]
        count = max(1, self.crops * 64**2 // side**2)
        clean = crop_batch(images, count, side, rng)
        sigma = self.levels(count, rng)
        return clean, clean + sigma.reshape(-1, 1, 1, 1) * torch.randn(clean.shape, generator=rng), sigma

    def levels(self, count: int, rng: torch.Generator) -> Tensor:
        """Levels of noise (count,): each equally likely share of the distribution has one."""
        shares = (torch.arange(count) + torch.rand(count, generator=rng)) / count
        logarithm = math.log(self.sigma_median) + self.log_spread * torch.special.ndtri(shares)
        return logarithm.exp().clamp(*self.sigma_range)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """Squared error over what is open at the level, the mean over the crops."""
        clean, noisy, sigma = batch
        with torch.autocast(clean.device.type, torch.bfloat16, enabled=self.bfloat16):
            estimate = network(noisy, sigma)
        open_ = self.spread**2 * sigma**2 / (self.spread**2 + sigma**2)
        return ((estimate.float() - clean).square().mean((1, 2, 3)) / open_).mean()

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers, AdamW for the first and the last."""
        named = dict(network.named_parameters())
        edges = [named.pop(f"network.{name}.weight") for name in ("m_head", "m_tail")]
        adam = torch.optim.AdamW(edges, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        muon = Muon(named.values(), lr=self.muon_rate)
        return LearningRule([muon, adam], WarmupStableDecay(self.steps, min(100, self.steps // 10 + 1), self.decay))

    @override
    def scores(self, network: nn.Module, images: Sequence[Tensor]) -> dict[str, float]:
        """PSNR for levels of noise, from weak to stronger than the image."""
        levels = (15 / 255, 25 / 255, 50 / 255, 0.5, 2.0, 10.0)
        return {f"psnr_{level:.3g}": denoising_psnr(network, images, level) for level in levels}
