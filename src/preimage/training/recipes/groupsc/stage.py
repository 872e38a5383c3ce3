"""One stage of a training: a model, crops, and a number of steps."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage._draws import step_generator
from preimage.machine import processes
from preimage.machine.precision import multiplies_bfloat16
from preimage.models.sparse import SC
from preimage.training.backtracking import TrainingBacktracking
from preimage.training.callbacks import Callback
from preimage.training.loop import FitResult, LearningRule, fit
from preimage.training.muon import Muon
from preimage.training.recipes.groupsc.degradations import Degradation, DegradedCrops
from preimage.training.schedule import WarmupStableDecay
from preimage.transform import patch_counts

__all__ = ["Stage", "loss_of", "optimizers", "run_stage", "step_loss"]


@dataclass(frozen=True)
class Stage:
    """Everything that decides the weights of a stage, together with images, task and the weights at its start.

    Args:
        steps: the number of steps of the optimizers.
        batch: crops a step.
        side: the side of the crops, pixels.
        matrix_rate: learning rate of the dictionaries, the spectral norm of an update by Muon.
        number_rate: learning rate of all other parameters, by Adam.
        decay: share of the steps in which the rates fall to zero.
        seed: the seed of crops and noise; step k of a stage sees what (seed, k) says.
        bfloat16: whether products of matrices are computed in bfloat16.
        backtracking: what to do about divergence; the loss is a root-mean-square error, so that its unit is dB.
    """

    steps: int
    batch: int = 16
    side: int = 56
    matrix_rate: float = 0.003
    number_rate: float = 1e-3
    decay: float = 0.6
    seed: int = 0
    bfloat16: bool = field(default_factory=multiplies_bfloat16)
    backtracking: TrainingBacktracking | None = field(default_factory=TrainingBacktracking)


def loss_of(model: SC, batch: DegradedCrops, bfloat16: bool) -> Tensor:
    """The root of each crop's mean squared error, every pixel weighted by the number of patches that it is in.

    Crops are blocks: nothing is padded, so that pixels at their border have fewer estimates.
    """
    with torch.autocast(batch.measured.device.type, torch.bfloat16, enabled=bfloat16):
        estimate = model.estimate(batch.measured, batch.level, batch.mask)
    weight = patch_counts(batch.clean, model.patch)
    error = (weight / weight.max()) * (estimate.float() - batch.clean)
    return error.square().mean((1, 2, 3)).add(1e-8).sqrt().mean()


def optimizers(model: SC, stage: Stage) -> list[torch.optim.Optimizer]:
    """Muon for the three dictionaries, Adam for the rest."""
    matrices = [model.encoder, model.dictionary, model.output]
    numbers = [p for p in model.parameters() if all(p is not matrix for matrix in matrices)]
    return [Muon(matrices, lr=stage.matrix_rate), torch.optim.Adam(numbers, lr=stage.number_rate, betas=(0.9, 0.99))]


def step_loss(task: Degradation, images: Sequence[Tensor], stage: Stage) -> Callable[[nn.Module, int], Tensor]:
    """The loss of step k: that of the batch which (seed, k) says, or of this process's share of it."""
    crops = processes.share(stage.batch)

    def loss(network: nn.Module, step: int) -> Tensor:
        assert isinstance(network, SC)
        rng = step_generator(stage.seed, step)
        batch = task.batch(images, stage.batch, stage.side, rng).part(crops)
        return loss_of(network, batch.to(network.encoder.device), stage.bfloat16)

    return loss


def run_stage(
    model: SC,
    task: Degradation,
    images: Sequence[Tensor],
    stage: Stage,
    out: Path,
    *,
    time_budget: float = math.inf,
    checkpoint_every: int = 100,
    callbacks: Sequence[Callback] = (),
) -> FitResult:
    """Train ``model``, which ends with the averaged weights; killed, it goes on from ``out/checkpoint.pt``."""
    averaged, warmup = copy.deepcopy(model), min(20, stage.steps // 10 + 1)
    result = fit(
        model,
        step_loss(task, images, stage),
        LearningRule(
            optimizers(model, stage),
            WarmupStableDecay(stage.steps, warmup, stage.decay),
            ema_decay=0.99,
            backtracking=stage.backtracking,
        ),
        out,
        ema=averaged,
        time_budget=time_budget,
        checkpoint_every=checkpoint_every,
        callbacks=callbacks,
    )
    model.load_state_dict(averaged.state_dict())
    return result
