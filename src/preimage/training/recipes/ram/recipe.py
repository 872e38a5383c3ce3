"""Train one network for many problems, :class:`preimage.models.RAM`.

    preimage train ram --data CBSD400 --out runs/ram

The same command goes on where it was stopped; ``runs/ram/ram.safetensors`` holds the averaged weights.

The two denoisers of the network start from the compact DRUNets that ship, so that it begins as three steps of
plug-and-play; what the stages see besides comes through layers that begin at zero.

Each step is of one kind of problem, whose parameters and noise differ from image to image: denoising, deblurring
(motion, Gaussian, defocus, periodic or without border), super-resolution by 2 to 4, missing pixels, mosaics, random
projections, magnetic resonance with one coil or several (photographs with a smooth phase), tomography of few views and
of less than half a turn. The loss is the logarithm of each image's root-mean-square error, so that every problem counts
in decibels, however large its errors are. Muon for the hidden layers of the denoisers; the rate falls linearly to zero
from early on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage._tree import squared_modulus
from preimage.datasets import crop_batch, load_images
from preimage.machine.precision import multiplies_bfloat16
from preimage.models.ram import RAM
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe
from preimage.training.recipes.drunet import DRUNetRecipe
from preimage.training.recipes.ram.pixels import (
    BlurredPictures,
    HoledPictures,
    MosaicPictures,
    NoisyPictures,
    SmallPictures,
)
from preimage.training.recipes.ram.problem import Noises, ProblemKind, integer, with_noises
from preimage.training.recipes.ram.scans import LineIntegrals, RandomProjections, SpectrumColumns
from preimage.training.recipes.starts import load_suitable, with_shipped
from preimage.training.schedule import WarmupStableDecay

__all__ = ["RAMRecipe", "StepKind", "complex_images"]

# The kinds of problems, and how often each comes.
_KINDS: tuple[tuple[ProblemKind, int], ...] = (
    (NoisyPictures(), 4),
    (BlurredPictures(), 6),
    (SmallPictures(), 3),
    (HoledPictures(), 5),
    (MosaicPictures(), 3),
    (RandomProjections(), 2),
    (SpectrumColumns(), 4),
    (SpectrumColumns(coils=True), 2),
    (LineIntegrals(), 3),
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
        widths, blocks, stages, hidden: the sizes of the network.
        start: weights of DRUNets from which the denoisers start; ``shipped`` takes those of the package, and nothing
            starts from random ones.
        crops: images of 64x64 pixels a step; fewer where they are larger.
        muon_rate, adam_rate: learning rates of the hidden layers, and of the first, the last and the small ones.
        decay: the share of the steps in which the rate falls to zero.
        bfloat16: compute the convolutions in bfloat16; solves stay in float32.
    """

    channels: int = 3
    steps: int = 3600
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    stages: int = 3
    hidden: int = 32
    start: str = "shipped"
    crops: int = 8
    muon_rate: float = 0.002
    adam_rate: float = 5e-4
    decay: float = 0.9
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "ram"
    checkpoint_every: ClassVar[int] = 100

    @override
    def network(self) -> RAM:
        """Denoisers that ship, in an order of noise levels that is that of DPIR."""
        with seeded(self.seed):
            network = RAM(self.widths, self.blocks, self.stages, self.hidden, half_precision=self.bfloat16)
        for channels, part in ((1, network.grey), (3, network.color)):
            prior = DRUNetRecipe(channels=channels, widths=self.widths, blocks=self.blocks, seed=self.seed).network()
            part.core.load_state_dict(prior.state_dict())
            if self.start:
                load_suitable(part.core, with_shipped(Path(self.start), channels))
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
        count = max(1, self.crops * 64**2 // kind.side**2)
        clean = crop_batch(images, count, kind.side, rng)
        if kind.channels != 3:
            clean = (clean * torch.tensor(_LUMA).reshape(-1, 1, 1)).sum(1, keepdim=True)
        if kind.channels == 2:
            clean = complex_images(clean, rng)
        parameters = kind.problem.draw(count, kind.side, rng)
        noises = Noises(power=1.0 if isinstance(kind.problem, NoisyPictures) else 2.0)
        scale = kind.problem.scale(kind.shared, kind.side)
        sigma, gain = noises.draw(count, scale, kind.problem.photons, rng)
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
        """Muon for the hidden layers of the DRUNets, AdamW for their first and last ones and all others."""
        named = list(network.named_parameters())
        is_hidden = [".core." in name and not name.endswith(("m_head.weight", "m_tail.weight")) for name, _ in named]
        hidden = [p for (_, p), inside in zip(named, is_hidden, strict=True) if inside]
        rest = [p for (_, p), inside in zip(named, is_hidden, strict=True) if not inside]
        adam = torch.optim.AdamW(rest, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        schedule = WarmupStableDecay(self.steps, min(50, self.steps // 10 + 1), self.decay)
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
