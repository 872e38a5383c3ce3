"""Train a USRNet: one network for all kernels, all noise levels, and the factors 1 to 4.

    preimage train usr-color --data CBSD400 --out runs/usr

The same command goes on where it was stopped; ``runs/usr/usr-color.safetensors`` holds the averaged weights.

``usr-color``, which the package ships, is what the defaults give on CBSD400, the 400 colour photographs of the Berkeley
segmentation data set that no test set contains. Its prior starts from the weights of ``drunet-color-compact``, its
numbers from the schedule of DPIR. Half of the crops are periodic, as the data step assumes; of the others the network
sees a window only, continued as ``preimage restore`` continues photographs, so that it learns what borders look like. A
fifth of them are grey, with the same noise in all channels.

With a GPU, ``--set widths=64,128,256,512 --set unrolled=8 --set crops=48 --set start= --set steps=200000
--set muon_rate=0 --set adam_rate=1e-4 --device cuda`` is the published size with the published batches and rate (Zhang,
Van Gool, Timofte, "Deep unfolding network for image super-resolution", CVPR 2020).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.machine.precision import multiplies_bfloat16
from preimage.models import ResidualUSRNet
from preimage.physics import Downsampling, GaussianNoise
from preimage.physics.blur import Window
from preimage.physics.blur.window import extend
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe, rms_per_image
from preimage.training.recipes.drunet import DRUNetRecipe
from preimage.training.recipes.random_kernels import random_kernels
from preimage.training.recipes.starts import load_suitable, with_shipped
from preimage.training.schedule import WarmupStableDecay

__all__ = ["USRRecipe"]

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True, kw_only=True)
class USRRecipe(StepRecipe):
    """A USRNet for any kernel, noise up to ``sigma_max``, and the factors 1 to 4.

    Args:
        unrolled: steps of the network.
        widths: feature channels of its ResUNet, which all steps share.
        blocks: residual blocks per scale of the same.
        start: weights of a DRUNet from which the ResUNet starts; ``shipped`` takes those of the package, and nothing
            starts from random ones.
        whole: weights of such a network from which all of it starts, in place of ``start`` and DPIR's numbers: a file,
            a name of the package, or nothing.
        sigma_max: the largest noise level, image units.
        noise_power: levels are ``sigma_max u^noise_power`` with a uniform ``u``: more than one draws small ones more
            often.
        crops, patch: crops of a step and their side, a multiple of 12 and larger than the kernels.
        kernel: height and width of the kernels, odd.
        grey: the share of the crops that are grey.
        factors: the share of the steps with the factors 1, 2, 3 and 4.
        muon_rate, adam_rate: learning rates of the hidden layers, and of all others; zero for Muon leaves everything
            to Adam.
        rms_from: share of the run after which the loss is each crop's root-mean-square error, no longer the mean
            absolute one.
        bfloat16: compute the ResUNet in bfloat16.
    """

    channels: int = 3
    steps: int = 1000
    unrolled: int = 4
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    start: str = "shipped"
    whole: str = ""
    sigma_max: float = 25 / 255
    noise_power: float = 1.5
    crops: int = 8
    patch: int = 96
    kernel: int = 25
    grey: float = 0.2
    factors: tuple[float, ...] = (0.3, 0.25, 0.2, 0.25)
    muon_rate: float = 0.002
    adam_rate: float = 5e-4
    decay: float = 0.7
    rms_from: float = 0.3
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "usr-color"
    checkpoint_every: ClassVar[int] = 50

    @override
    def network(self) -> nn.Module:
        with seeded(self.seed):
            network = ResidualUSRNet(self.channels, self.widths, self.blocks, self.unrolled, self.bfloat16)
        prior = DRUNetRecipe(channels=self.channels, widths=self.widths, blocks=self.blocks, seed=self.seed).network()
        network.p.load_state_dict(prior.state_dict())
        if self.start:
            load_suitable(network.p, with_shipped(Path(self.start), self.channels))
        if self.whole:
            load_suitable(network, with_shipped(Path(self.whole), self.channels))
        else:
            _fit_numbers(network.h.mlp, self.unrolled, self.sigma_max)
        return network

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops, kernels, measurements, noise levels, (B,), and which crops are periodic, (B,).

        The factor is the ratio of the sizes of crops and measurements.
        """
        rng = step_generator(self.seed, step)
        clean = crop_batch(images, self.crops, self.patch, rng)
        factor = 1 + int(torch.multinomial(torch.tensor(self.factors), 1, generator=rng))
        kernels = random_kernels(self.crops, self.kernel, factor, rng)
        shares = torch.rand(3, self.crops, generator=rng)
        sigma, periodic = self.sigma_max * shares[0] ** self.noise_power, shares[1] < 0.5
        y = Downsampling(kernels, factor).A(clean)
        noise = torch.randn(y.shape, generator=rng)
        if self.channels == 3:
            is_grey = (shares[2] < self.grey)[:, None, None, None]
            weights = torch.tensor(_LUMA)[:, None, None]
            clean = torch.where(is_grey, (clean * weights).sum(1, keepdim=True).expand_as(clean), clean)
            y = torch.where(is_grey, (y * weights).sum(1, keepdim=True).expand_as(y), y)
            noise = torch.where(is_grey, noise[:, :1].expand_as(noise), noise)
        y = y + sigma[:, None, None, None] * noise
        window = self._window(factor)
        y = torch.where(periodic[:, None, None, None], y, extend(window.of(y), window))
        return clean, kernels, y, sigma, periodic

    def _window(self, factor: int) -> Window:
        """What is seen of a crop that is not periodic: all pixels that no kernel takes from beyond its border."""
        before, whole = -(-(self.kernel // 2) // factor), self.patch // factor
        return Window(before, before, whole - 2 * before, whole - 2 * before, whole, whole)

    def restored(self, network: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """What ``network`` makes of a batch, and for each pixel one if it counts, else zero."""
        clean, kernels, y, sigma, periodic = batch
        factor = clean.shape[-1] // y.shape[-1]
        x = network(y, Downsampling(kernels, factor, noise=GaussianNoise(sigma)))
        window = self._window(factor).times(factor)
        counts = window.embed(torch.ones_like(window.of(x)))
        return x, torch.where(periodic[:, None, None, None], torch.ones_like(counts), counts)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        x, counts = self.restored(network, batch)
        error = (x - batch[0]) * counts / counts.mean((1, 2, 3), keepdim=True).sqrt()
        return error.abs().mean() if step < self.rms_from * self.steps else rms_per_image(error)

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers of the ResUNet, AdamW for its first and last one and for the numbers."""
        named = dict(network.named_parameters())
        is_hidden = {name: name.startswith("p.") and not name.startswith(("p.m_head", "p.m_tail")) for name in named}
        hidden = [value for name, value in named.items() if is_hidden[name] and self.muon_rate]
        others = [value for name, value in named.items() if not (is_hidden[name] and self.muon_rate)]
        adam = torch.optim.AdamW(others, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        schedule = WarmupStableDecay(self.steps, min(50, self.steps // 10 + 1), self.decay)
        optimizers = [Muon(hidden, lr=self.muon_rate), adam] if hidden else [adam]
        return LearningRule(optimizers, schedule, ema_decay=0.99)


def _fit_numbers(numbers: nn.Module, steps: int, sigma_max: float) -> None:
    """Let the network of the numbers start from DPIR's: levels from 30/255 down, ``alpha = 0.23 sigma^2 / beta^2``."""
    sigma = sigma_max * torch.linspace(0, 1, 64)
    factor = torch.arange(1.0, 5.0)
    known = torch.cartesian_prod(sigma, factor)
    last = torch.maximum(known[:, 0], known[:, 1] / 255 / 2)
    share = torch.linspace(0, 1, steps)
    beta = torch.exp((1 - share) * math.log(max(30 / 255, 1.2 * sigma_max)) + share * last.log()[:, None])
    alpha = 0.23 * (known[:, :1].clamp_min(0.7 / 255) / beta) ** 2
    wanted = torch.cat([alpha, beta], 1).log()
    with torch.enable_grad():
        adam = torch.optim.Adam(numbers.parameters(), lr=3e-3)
        for _ in range(1500):
            adam.zero_grad()
            found = (numbers(known[:, :, None, None]) + 1e-6).flatten(1).log()
            F.smooth_l1_loss(found, wanted).backward()
            adam.step()
    numbers.zero_grad(set_to_none=True)
