"""Trainings that start from the weights of the compact DRUNet that ships for white noise."""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage.denoisers import DRUNet
from preimage.machine.precision import multiplies_bfloat16
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe, rms_per_image
from preimage.training.recipes.drunet import DRUNetRecipe
from preimage.training.recipes.starts import load_suitable, with_shipped
from preimage.training.schedule import WarmupStableDecay

__all__ = ["StartedRecipe"]


@dataclass(frozen=True, kw_only=True)
class StartedRecipe(StepRecipe):
    """A DRUNet that goes on from one for white noise; batches are clean crops, degraded ones, and what is told, (B,).

    Args:
        widths: feature channels of the network.
        blocks: residual blocks per scale of the same.
        start: weights of a DRUNet to start from; ``shipped`` takes those of the package, and nothing starts from
            random ones.
        crops, patch: crops of a step, and their side.
        muon_rate, adam_rate: learning rates of the hidden layers, and of the first and the last one.
        rms_from: share of the run after which the loss is each crop's root-mean-square error, no longer the mean
            absolute one.
        bfloat16: compute the network in bfloat16.
    """

    steps: int = 1600
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    start: str = "shipped"
    crops: int = 8
    patch: int = 96
    muon_rate: float = 0.003
    adam_rate: float = 5e-4
    decay: float = 0.7
    rms_from: float = 0.3
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    @override
    def network(self) -> DRUNet:
        network = DRUNetRecipe(channels=self.channels, widths=self.widths, blocks=self.blocks, seed=self.seed).network()
        if self.start:
            load_suitable(network, with_shipped(Path(self.start), self.channels))
        return network

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        clean, degraded, told = batch
        with torch.autocast(clean.device.type, torch.bfloat16, enabled=self.bfloat16):
            found = network(degraded, told)
        error = found.float() - clean
        return error.abs().mean() if step < self.rms_from * self.steps else rms_per_image(error)

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers, AdamW for the first and the last."""
        named = dict(network.named_parameters())
        edges = [named.pop(name) for name in ("m_head.weight", "m_tail.weight")]
        adam = torch.optim.AdamW(edges, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        schedule = WarmupStableDecay(self.steps, min(50, self.steps // 10 + 1), self.decay)
        return LearningRule([Muon(named.values(), lr=self.muon_rate), adam], schedule, ema_decay=0.99)
