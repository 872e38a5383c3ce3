"""Half-widths of restored pictures by what their pixels look like, as calibrated for each method and task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.restore.frame.level import Level
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.work import HalfWidths
from preimage.restore.methods.error_features import TERMS, error_features, error_terms, hardness

__all__ = ["ErrorModel", "error_model", "modelled_widths"]

SHARE = 0.9


@dataclass(frozen=True)
class ErrorModel:
    """What is known of the errors of a method, found on pictures whose truth is known.

    Attributes:
        factor: what the expected errors are multiplied by (:func:`preimage.sampling.conformal_factor`).
        noise: the range of the noise for which that was found, in 1/255.
        hardness: the range of :func:`hardness` for which that was found.
        coefficients: those of :func:`error_terms`, in their order.
        coverage: the share of the pixels that the maps held for, by the test set, pictures that had no part in this.
    """

    factor: float
    noise: tuple[float, float]
    hardness: tuple[float, float]
    coefficients: tuple[float, ...]
    coverage: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.coefficients) != TERMS:
            raise ArgumentError(f"`coefficients` must be {TERMS}, one for each term, got {len(self.coefficients)}.")

    def widths(self, features: Tensor) -> Tensor:
        """The half-widths (1, C, H, W) for features (F, C, H, W): ``factor exp(sum_k coefficients_k terms_k)``."""
        weights = torch.tensor(self.coefficients, dtype=features.dtype, device=features.device)
        return self.factor * torch.einsum("k,kchw->chw", weights, error_terms(features))[None].exp()

    def doubts(self, level: Level, found_hardness: float) -> list[str]:
        """Why a map may not hold: what is out of the range of its calibration, and what was only estimated."""
        low, high = self.noise
        told = []
        if not low - 0.01 <= 255 * level.value <= high + 0.01:
            told.append(
                f"the error map is out of its range: it is calibrated for noise of {low:g}/255 to {high:g}/255, and "
                f"this is {255 * level.value:.2g}/255"
            )
        if not self.hardness[0] * 0.99 <= found_hardness <= self.hardness[1] * 1.01:
            told.append(
                "the error map is out of its range: what was done to this picture is "
                f"{'harder' if found_hardness > self.hardness[1] else 'easier'} to undo than all it is calibrated for"
            )
        if level.origin != "given":
            told.append("the error map holds for white noise of the level found, and for a blur or mask that is right")
        return told


def error_model(method: str, task: Task, channels: int, weights: str) -> ErrorModel:
    """That of a method with its ``weights`` for pictures of so many channels.

    Raises:
        ArgumentError: it was not calibrated.
    """
    rows: Mapping[str, Mapping[str, Any]] = zoo.describe(weights).error_maps if weights in zoo.names() else {}
    scale = f" x{task.scale()}" if task.scale() > 1 else ""
    row = rows.get(f"{method} {task.name}{scale}/{channels}")
    if row is None:
        kind = "colour" if channels > 1 else "grey"
        raise ArgumentError(
            f"`error_map` must be left out, got it; {method} with {weights} is not calibrated for {task.name}{scale} "
            f"of {kind} pictures."
        )
    (low, high), (easy, hard) = row["noise"], row["hardness"]
    return ErrorModel(row["factor"], (low, high), (easy, hard), tuple(row["coefficients"]), row["coverage"])


def modelled_widths(model: ErrorModel, task: Task, problem: Problem, level: Level, x: Tensor) -> HalfWidths:
    """Within how much of ``x`` the truth lies with a probability of 90 %, by its features, in [0, 1].

    What was seen without noise is known.

    Args:
        model: what is known of the method.
        task: what was done to the picture.
        problem: what the method solved.
        level: the noise.
        x: the restored picture (1, C, H, W).
    """
    widths, missing = model.widths(error_features(task, problem, x)), task.hidden()
    if missing is not None and problem.sigma == 0:
        widths = torch.where(missing.to(widths.device), widths, 0)
    doubts = model.doubts(level, hardness(task, problem))
    return HalfWidths(widths.clamp(0, 1), model.factor, SHARE, 0, tuple(doubts), model.coverage)
