"""Trainings so small that they take no time."""

import torch
from torch import nn

from preimage.datasets import Simulated, TensorDataset
from preimage.loss import SupLoss
from preimage.metric import MSE, PSNR
from preimage.physics import Denoising, GaussianNoise
from preimage.reconstructor import Reconstructor
from preimage.training import Learning, Trainer, TrainingSteps, WarmupStableDecay

PHYSICS = Denoising(GaussianNoise(0.1))


class Smooth(Reconstructor):
    """Two convolutions, with dropout in between if asked."""

    def __init__(self, width: int = 4, dropout: float = 0.0) -> None:
        super().__init__()
        self.width = width
        self.dropout = dropout
        self.layers = nn.Sequential(
            nn.Conv2d(1, width, 3, padding=1), nn.ReLU(), nn.Dropout(dropout), nn.Conv2d(width, 1, 3, padding=1)
        )

    def forward(self, y, physics):
        return y + self.layers(y)


def smooth(seed: int = 0, **sizes) -> Smooth:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Smooth(**sizes)


def images(count: int = 6, seed: int = 0) -> TensorDataset:
    """Ramps of 8 x 8 pixels."""
    rng = torch.Generator().manual_seed(seed)
    slopes = torch.rand(count, 1, 1, 1, generator=rng)
    return TensorDataset((slopes * torch.linspace(0, 1, 8)).expand(-1, 1, 8, 8).contiguous())


def trainer(**changes) -> Trainer:
    usual = {
        "model": smooth(), "physics": PHYSICS, "loss": SupLoss(MSE()), "train": images(), "validation": images(4, 1),
        "metrics": (PSNR(), MSE()), "budget": TrainingSteps(12), "batch": 4, "check_every": 4, "sheet": 2,
        "learning": Learning(1e-2, schedule=lambda steps: WarmupStableDecay(steps, 2)),
    }  # fmt: skip
    return Trainer(**{**usual, **changes})


def noisy(count: int = 6, seed: int = 0) -> TensorDataset:
    """Measurements without the truth."""
    data = Simulated(images(count, seed), PHYSICS, fresh=False)
    return TensorDataset(y=torch.stack([sample.y for sample in data]))
