"""A recipe is a value: what decides the weights of a network, together with a folder of images."""

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from torch import Tensor, nn

from preimage.datasets import load_images
from preimage.machine import processes
from preimage.training.callbacks import EachCheckpoint, TrainingProgress
from preimage.training.checkpoint import write_weights
from preimage.training.loop import LearningRule, fit

__all__ = ["Learned", "Recipe", "StepRecipe", "TrainingSession", "rms_per_image"]


@dataclass(frozen=True)
class TrainingSession:
    """What a training is given besides its recipe; none of it changes the weights at the end, but for ``data``.

    Args:
        data: the folder of training images.
        out: the folder of the checkpoint, the log and the weights; a run that was stopped goes on from there.
        time_budget: seconds for this session; at its end a checkpoint is written.
        validate: a folder of images for columns of scores in the log.
        device: where to compute, ``cpu``, ``cuda`` or ``mps``.
        progress: told of steps and checkpoints; it can stop the session.
    """

    data: Path
    out: Path
    time_budget: float = math.inf
    validate: Path | None = None
    device: str = "cpu"
    progress: TrainingProgress = field(default_factory=TrainingProgress)


@dataclass(frozen=True)
class Learned:
    """What a training gave.

    Attributes:
        network: what was trained, with the weights that are kept.
        weights: the file that holds them.
        finished: whether all steps were done; else the same call goes on.
    """

    network: nn.Module
    weights: Path
    finished: bool


class Recipe(ABC):
    """Everything that decides the weights of a network, together with the training images: a frozen dataclass.

    Attributes:
        title: the name of the file of weights, without its suffix.
    """

    title: ClassVar[str]

    @abstractmethod
    def train(self, session: TrainingSession) -> Learned:
        """Train, or go on with a training that was stopped."""


@dataclass(frozen=True, kw_only=True)
class StepRecipe(Recipe):
    """A recipe whose training is a number of steps, each with a batch that follows from its number.

    Args:
        channels: the channels of the images, 1 or 3.
        steps: the number of steps.
        seed: the seed of the weights at the start and of all batches.
    """

    channels: int = 1
    steps: int = 1000
    seed: int = 0

    checkpoint_every: ClassVar[int] = 500

    @abstractmethod
    def network(self) -> nn.Module:
        """The network at step 0."""

    @abstractmethod
    def batch(self, images: Sequence[Any], step: int) -> tuple[Tensor, ...]:
        """The tensors of a step, batch first."""

    @abstractmethod
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """A number to be minimised: the mean over the samples of the batch."""

    @abstractmethod
    def rule(self, network: nn.Module) -> LearningRule:
        """The optimizers of all parameters, and their schedule."""

    def shipped(self, network: nn.Module) -> nn.Module:
        """The part of ``network`` whose weights are written: all of it, unless parts help in training alone."""
        return network

    def images(self, folder: Path) -> Sequence[Any]:
        """What batches are made of: the images of a folder, uint8 (C, H, W)."""
        return load_images(folder, self.channels)

    def scores(self, network: nn.Module, images: Sequence[Any]) -> dict[str, float]:
        """How good a network is on ``images``, for the log."""
        return {}

    def train(self, session: TrainingSession) -> Learned:
        """Train, or go on; ``session.out`` gets ``checkpoint.pt``, ``log.csv`` and the averaged weights.

        A run in several sessions ends with the weights of one that was not stopped, to the bit.
        """
        images, target = self.images(session.data), session.out / f"{self.title}.safetensors"
        held_out = self.images(session.validate) if session.validate else []

        def keep(step: int, network: nn.Module) -> dict[str, float]:
            write_weights(target, self.shipped(network).state_dict())
            return self.scores(self.shipped(network), held_out) if held_out else {}

        with processes.join(session.device) as device:
            network = self.network().to(device)
            averaged = copy.deepcopy(network)

            def loss(trained: nn.Module, step: int) -> Tensor:
                batch = self.batch(images, step)
                shared = tuple(tensor[processes.share(len(tensor))].to(device) for tensor in batch)
                return self.loss(trained, shared, step)

            session.progress.begins(self.title, self.steps)
            result = fit(
                network, loss, self.rule(network), session.out, ema=averaged, time_budget=session.time_budget,
                checkpoint_every=self.checkpoint_every, callbacks=[session.progress, EachCheckpoint(keep)],
            )  # fmt: skip
            session.progress.ends(self.title, result.step, result.seconds)
        return Learned(self.shipped(averaged), target, result.finished)


def rms_per_image(error: Tensor) -> Tensor:
    """The mean over the images of each one's root-mean-square ``error``."""
    return error.square().mean((1, 2, 3)).add(1e-8).sqrt().mean()
