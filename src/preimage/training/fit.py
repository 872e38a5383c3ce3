"""The training loop: resumable, bounded in time, deterministic by seed."""

import csv
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError, ConvergenceError, WeightsError

__all__ = ["FitResult", "WarmupStableDecay", "fit"]


@dataclass(frozen=True)
class WarmupStableDecay:
    """Learning-rate factor: up over ``warmup`` steps, constant, then linearly to zero over the last ``decay`` share.

    A run that is still on its plateau can be given more ``steps`` and continues as if it had been so from the start.
    """

    steps: int
    warmup: int = 100
    decay: float = 0.3

    def at(self, step: int) -> float:
        """The factor at ``step`` in [0, steps)."""
        left = (self.steps - step) / max(1.0, self.decay * self.steps)
        return max(0.0, min(1.0, (step + 1) / self.warmup, left))


@dataclass(frozen=True)
class FitResult:
    """What :func:`fit` reached: steps done, whether all of them, seconds of training over all sessions."""

    step: int
    finished: bool
    seconds: float


def fit(
    network: nn.Module,
    loss: Callable[[nn.Module, int], Tensor],
    optimizers: Sequence[torch.optim.Optimizer],
    schedule: WarmupStableDecay,
    out: Path,
    *,
    ema: nn.Module,
    ema_decay: float = 0.999,
    time_budget: float = math.inf,
    checkpoint_every: int = 500,
    clip: float = 1.0,
    on_checkpoint: Callable[[int, nn.Module], dict[str, float]] = lambda step, ema: {},
    on_step: Callable[[int, float], None] = lambda step, loss: None,
) -> FitResult:
    """Minimise ``loss(network, step)`` and keep in ``ema`` an exponential average of the weights.

    The step number is all the randomness a loss may use (``torch.Generator`` seeded by it), so a run that was killed
    continues from ``out/checkpoint.pt`` exactly as if it had not been. ``out/log.csv`` gets one row a checkpoint: step,
    seconds, mean loss since the last row, learning-rate factor and whatever ``on_checkpoint`` measured.

    Args:
        ema: a network like ``network``; it holds the averaged weights afterwards.
        time_budget: seconds for this session; at its end a checkpoint is written and the function returns.
        checkpoint_every: steps between two checkpoints; what a kill can cost.
        clip: largest gradient norm.
        on_checkpoint: called with the step and ``ema``; what it returns goes to the log.
        on_step: called with the step and its loss.

    Raises:
        ConvergenceError: a loss is not finite; the last checkpoint is kept.
        WeightsError: ``out/checkpoint.pt`` is of another network or other optimizers.
    """
    if not optimizers:
        raise ArgumentError(
            "`optimizers` must hold at least one optimizer, got none; pass e.g. [torch.optim.AdamW(...)]."
        )
    out.mkdir(parents=True, exist_ok=True)
    base_rates = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    step, before = _resume(out / "checkpoint.pt", network, ema, optimizers)
    started, losses = time.monotonic(), []
    while step < schedule.steps:
        factor = schedule.at(step)
        _set_rates(optimizers, base_rates, factor)
        losses.append(_update(network, loss, optimizers, step, clip))
        _average(ema, network, min(ema_decay, (step + 1) / (step + 10)))
        step += 1
        on_step(step, losses[-1])
        out_of_time = time.monotonic() - started > time_budget
        if step % checkpoint_every == 0 or step == schedule.steps or out_of_time:
            seconds = before + time.monotonic() - started
            _save(out / "checkpoint.pt", network, ema, optimizers, step, seconds)
            row = {"step": step, "seconds": round(seconds, 1), "loss": sum(losses) / len(losses), "rate": factor}
            _log(out / "log.csv", {**row, **on_checkpoint(step, ema)})
            losses = []
        if out_of_time:
            break
    return FitResult(step, step >= schedule.steps, before + time.monotonic() - started)


def _set_rates(optimizers: Sequence[torch.optim.Optimizer], base: list[list[float]], factor: float) -> None:
    for optimizer, rates in zip(optimizers, base, strict=True):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor


def _update(
    network: nn.Module,
    loss: Callable[[nn.Module, int], Tensor],
    optimizers: Sequence[torch.optim.Optimizer],
    step: int,
    clip: float,
) -> float:
    network.zero_grad(set_to_none=True)  # also of weights no optimizer owns: they would add up in the clipped norm
    value = loss(network, step)
    number = value.item()
    if not math.isfinite(number):
        raise ConvergenceError(f"the loss must be finite, got {number} at step {step}; lower the learning rate.")
    value.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), clip)
    for optimizer in optimizers:
        optimizer.step()
    return number


@torch.no_grad()
def _average(ema: nn.Module, network: nn.Module, decay: float) -> None:
    for averaged, current in zip(ema.parameters(), network.parameters(), strict=True):
        averaged.lerp_(current, 1.0 - decay)
    for kept, buffer in zip(ema.buffers(), network.buffers(), strict=True):
        kept.copy_(buffer)


def _save(
    path: Path,
    network: nn.Module,
    ema: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    step: int,
    seconds: float,
) -> None:
    state: dict[str, Any] = {
        "step": step,
        "seconds": seconds,
        "network": network.state_dict(),
        "ema": ema.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
    }
    beside = path.with_suffix(".tmp")
    torch.save(state, beside)
    os.replace(beside, path)


def _resume(
    path: Path, network: nn.Module, ema: nn.Module, optimizers: Sequence[torch.optim.Optimizer]
) -> tuple[int, float]:
    if not path.exists():
        ema.load_state_dict(network.state_dict())
        return 0, 0.0
    state = torch.load(path, map_location="cpu", weights_only=True)
    try:
        network.load_state_dict(state["network"])
        ema.load_state_dict(state["ema"])
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
    except (RuntimeError, ValueError) as error:
        raise WeightsError(
            f"`out` must hold a checkpoint of this run, got another in {path}; use a new folder."
        ) from error
    return state["step"], state["seconds"]


def _log(path: Path, row: dict[str, float]) -> None:
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)
