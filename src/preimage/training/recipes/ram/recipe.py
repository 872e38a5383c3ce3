"""Train one network for many problems, :class:`preimage.models.RAM`.

    preimage train ram --data CBSD400 --out runs/ram

The same command goes on where it was stopped; ``runs/ram/ram.safetensors`` holds the averaged weights.

Each step is of one kind of problem, whose parameters and noise differ from image to image: denoising, deblurring
(motion, Gaussian, defocus, periodic or without border), super-resolution by 2 to 4, missing pixels, mosaics, random
projections, magnetic resonance with one coil or several (photographs with a smooth phase), tomography of few views and
of less than half a turn. The loss is the logarithm of each image's root-mean-square error, so that every problem counts
in decibels, however large its errors are. Muon for the hidden layers, learning rate constant and then linear to zero.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage._tree import squared_modulus
from preimage.datasets import crop_batch, load_images
from preimage.models.ram import RAM
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe
from preimage.training.recipes.ram.pixels import (
    BlurredPictures,
    HoledPictures,
    MosaicPictures,
    NoisyPictures,
    SmallPictures,
)
from preimage.training.recipes.ram.problem import Noises, ProblemKind, integer, with_noises
from preimage.training.recipes.ram.scans import LineIntegrals, RandomProjections, SpectrumColumns
from preimage.training.schedule import WarmupStableDecay

__all__ = ["RAMRecipe", "StepKind", "complex_images"]

# The kinds of problems, and how often each comes.
_KINDS: tuple[tuple[ProblemKind, int], ...] = (
    (NoisyPictures(), 4),
    (BlurredPictures(), 6),
    (SmallPictures(), 3),
    (HoledPictures(), 4),
    (MosaicPictures(), 2),
    (RandomProjections(), 1),
    (SpectrumColumns(), 2),
    (SpectrumColumns(coils=True), 1),
    (LineIntegrals(), 2),
)
_LUMA = (0.299, 0.587, 0.114)
_LEAST = 2e-6  # mean square of half a step of 8 bits


@dataclass(frozen=True)
class StepKind:
    """What a step is of: all its images share it."""

    problem: ProblemKind
    channels: int
    side: int
    shared: int


@dataclass(frozen=True, kw_only=True)
class RAMRecipe(StepRecipe):
    """One network for many problems.

    Args:
        widths, blocks, middle, hidden: the sizes of the network.
        crops: images a step.
        muon_rate, adam_rate: learning rates of the hidden layers, and of the first, the last and the small ones.
        decay: the share of the steps in which the rate falls to zero.
        bfloat16: compute the convolutions in bfloat16; solves stay in float32.
    """

    channels: int = 3
    steps: int = 100_000
    widths: tuple[int, ...] = (32, 64, 128)
    blocks: int = 1
    middle: int = 1
    hidden: int = 32
    crops: int = 12
    muon_rate: float = 0.006
    adam_rate: float = 1e-3
    decay: float = 0.3
    bfloat16: bool = True

    title: ClassVar[str] = "ram"
    checkpoint_every: ClassVar[int] = 500

    @override
    def network(self) -> RAM:
        """Orthogonal weights, the last convolution of each residual branch scaled down."""
        with seeded(self.seed):
            network = RAM(self.widths, self.blocks, self.middle, self.hidden, half_precision=self.bfloat16)
            for name, parameter in network.unet.named_parameters():
                ends_branch = name.endswith("res.2.weight") or name.startswith("tails")
                start = torch.empty(parameter.shape)  # orthogonal_ takes no channels-last weights
                parameter.data.copy_(nn.init.orthogonal_(start, gain=0.2 if ends_branch else 1.0))
        return network

    @override
    def images(self, folder: Path) -> Sequence[Tensor]:
        return load_images(folder, 3)

    def kind(self, step: int) -> StepKind:
        """What the step is of."""
        rng = step_generator(self.seed, 2 * step)
        drawn = integer(rng, sum(weight for _, weight in _KINDS))
        problem = [problem for problem, weight in _KINDS for _ in range(weight)][drawn]
        channels = problem.kinds[integer(rng, len(problem.kinds))]
        side = problem.sides[integer(rng, len(problem.sides))]
        return StepKind(problem, channels, side, integer(rng, 2**20))

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean images, measurements, levels and gains of their noise, and the parameters of their operators."""
        kind, rng = self.kind(step), step_generator(self.seed, 2 * step + 1)
        clean = crop_batch(images, self.crops, kind.side, rng)
        if kind.channels != 3:
            clean = (clean * torch.tensor(_LUMA).reshape(-1, 1, 1)).sum(1, keepdim=True)
        if kind.channels == 2:
            clean = complex_images(clean, rng)
        parameters = kind.problem.draw(self.crops, kind.side, rng)
        noises = Noises(power=1.0 if isinstance(kind.problem, NoisyPictures) else 2.0)
        scale = kind.problem.scale(kind.shared, kind.side)
        sigma, gain = noises.draw(self.crops, scale, kind.problem.photons, rng)
        operator = kind.problem.operator(parameters, kind.side, kind.channels, kind.shared)
        return clean, with_noises(operator, sigma, gain)(clean, rng), sigma, gain, *parameters

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """Half the logarithm of the mean squared error, the mean over the images."""
        kind, (clean, y, sigma, gain, *parameters) = self.kind(step), batch
        operator = kind.problem.operator(parameters, kind.side, kind.channels, kind.shared).to(clean.device)
        error = network(y, with_noises(operator, sigma, gain)) - clean
        return 0.5 * (squared_modulus(error).flatten(1).mean(1) + _LEAST).log().mean()

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers, AdamW for the first and last ones and the small network."""
        named = list(network.named_parameters())
        hidden = [p for name, p in named if p.ndim == 4 and not name.startswith(("unet.heads", "unet.tails"))]
        rest = [p for name, p in named if p.ndim != 4 or name.startswith(("unet.heads", "unet.tails"))]
        adam = torch.optim.AdamW(rest, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        schedule = WarmupStableDecay(self.steps, min(200, self.steps // 10 + 1), self.decay)
        return LearningRule([Muon(hidden, lr=self.muon_rate), adam], schedule)


def complex_images(modulus: Tensor, rng: torch.Generator) -> Tensor:
    """Images (B, 1, H, W) times a smooth random phase: a plane and a few low frequencies."""
    batch, side = len(modulus), modulus.shape[-1]
    place = torch.linspace(0, 1, side)
    phase = 2 * math.pi * torch.rand(batch, 1, 1, 1, generator=rng)
    for rows, columns in ((0, 1), (1, 0), (1, 1), (2, 0), (0, 2)):
        weight, shift = torch.randn(2, batch, 1, 1, 1, generator=rng).unbind(0)
        wave = math.pi * (rows * place[:, None] + columns * place)
        phase = phase + weight * torch.cos(wave + 2 * math.pi * shift)
    return torch.polar(modulus, phase.expand(modulus.shape).contiguous())
