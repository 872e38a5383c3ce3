"""Train a noise-conditioned DRUNet on a folder of images.

    preimage train drunet --data CBSD400 --out runs/grey --time 40m

The same command goes on where it was stopped; ``runs/grey/drunet.safetensors`` holds the averaged weights.

``drunet-grey-compact`` and ``drunet-color-compact``, which the package ships, are what the defaults give after all
steps with ``--set channels=1`` and ``--set channels=3`` on CBSD400, the 400 colour photographs of the Berkeley
segmentation data set that no test set contains (grey is their luma); ``preimage.training.recipes.ship`` puts them in
place. The defaults are those of a compact network on one CPU thread: L1 and at last root-mean-square loss, sixteen
64x64 crops a step with the eight symmetries, one noise level per crop, Muon for the hidden layers, learning rate
constant for a quarter of the run and then linear to zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.denoisers import DRUNet
from preimage.machine.precision import multiplies_bfloat16
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe, rms_per_image
from preimage.training.recipes.evaluate import denoising_psnr
from preimage.training.schedule import WarmupStableDecay

__all__ = ["DRUNetRecipe"]


@dataclass(frozen=True, kw_only=True)
class DRUNetRecipe(StepRecipe):
    """A DRUNet for noise of all levels up to ``sigma_max``.

    Args:
        sigma_max: the noise level is uniform in [0, sigma_max], image units.
        rms_from: share of the run after which the loss is no longer the mean absolute error, which is robust and aims
            at medians, but each crop's root-mean-square error, which aims at the means that PSNR asks for and weighs
            noise levels alike.
        bfloat16: compute the network in bfloat16 (weights and optimizer stay float32); twice as fast on CPUs that have
            the instructions.
    """

    steps: int = 20_000
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    crops: int = 16
    patch: int = 64
    sigma_max: float = 55 / 255
    muon_rate: float = 0.006
    adam_rate: float = 1e-3
    decay: float = 0.75
    rms_from: float = 0.7
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "drunet"
    checkpoint_every: ClassVar[int] = 1000

    @override
    def network(self) -> DRUNet:
        """Orthogonal weights, the last convolution of each residual branch scaled down."""
        with seeded(self.seed):
            network = DRUNet(self.channels, self.widths, self.blocks, residual=True)
            for name, parameter in network.named_parameters():
                ends_branch = name.endswith("res.2.weight") or name.startswith("m_tail")
                start = torch.empty(parameter.shape)  # orthogonal_ takes no channels-last weights
                parameter.data.copy_(nn.init.orthogonal_(start, gain=0.2 if ends_branch else 1.0))
        return network

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops, their noisy versions and the noise levels."""
        rng = step_generator(self.seed, step)
        clean = crop_batch(images, self.crops, self.patch, rng)
        sigma = self.sigma_max * torch.rand(self.crops, generator=rng)
        return clean, clean + sigma.reshape(-1, 1, 1, 1) * torch.randn(clean.shape, generator=rng), sigma

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        clean, noisy, sigma = batch
        with torch.autocast(clean.device.type, torch.bfloat16, enabled=self.bfloat16):
            error = network(noisy, sigma)
        error = error.float() - clean
        return error.abs().mean() if step < self.rms_from * self.steps else rms_per_image(error)

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers, AdamW for the first and the last."""
        named = dict(network.named_parameters())
        edges = [named.pop(name) for name in ("m_head.weight", "m_tail.weight")]
        adam = torch.optim.AdamW(edges, lr=self.adam_rate, betas=(0.9, 0.99))
        muon = Muon(named.values(), lr=self.muon_rate)
        return LearningRule([muon, adam], WarmupStableDecay(self.steps, decay=self.decay))

    @override
    def scores(self, network: nn.Module, images: Sequence[Tensor]) -> dict[str, float]:
        """PSNR for three levels of noise."""
        return {f"psnr_{level}": denoising_psnr(network, images, level / 255) for level in (15, 25, 50)}
