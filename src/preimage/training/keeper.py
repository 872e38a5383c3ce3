"""The best weights of a training by what was measured on other data, and the last ones."""

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from preimage._worker import Worker
from preimage.training.callbacks import Callback
from preimage.training.checkpoint import write_weights
from preimage.training.objective import ModelAndLoss

__all__ = ["Best", "Selection", "WeightsKeeper"]


@dataclass(frozen=True)
class Best:
    """The best weights so far.

    Attributes:
        score: the score that was the best.
        step: the number of steps after which it was measured.
        weights: the state of the model.
    """

    score: float
    step: int
    weights: Mapping[str, Tensor]


@dataclass(frozen=True)
class Selection:
    """How weights are compared.

    Args:
        measure: maps the number of steps and the averaged network to columns of the log.
        by: the column that decides; ``None`` compares nothing.
        higher_is_better: which way is up.
        every: steps between two measurements.
        last: the last step, after which it is measured, too.
    """

    measure: Callable[[int, nn.Module], dict[str, float]]
    by: str | None
    higher_is_better: bool
    every: int
    last: int

    def prefers(self, score: float, best: Best | None) -> bool:
        """Whether a score is better than the best so far."""
        if best is None or not math.isfinite(score):
            return math.isfinite(score)
        return score > best.score if self.higher_is_better else score < best.score


def weights_of(averaged: nn.Module) -> Mapping[str, Tensor]:
    """The weights of the model, without those of the loss."""
    assert isinstance(averaged, ModelAndLoss)
    return averaged.model.state_dict()


class WeightsKeeper(Callback, Worker):
    """Writes ``last.safetensors`` at every checkpoint, and ``best.safetensors`` where weights are compared.

    The best weights are part of the checkpoint, from which the files are written: after a kill at any moment they are
    those of a run that was not killed. Where a session ends between two measurements nothing is compared, because the
    whole run would not have compared there.

    Args:
        out: the folder of the files.
        selection: how weights are compared.
    """

    def __init__(self, out: Path, selection: Selection) -> None:
        self.out = out
        self.selection = selection
        self.best: Best | None = None

    def on_checkpoint(self, step: int, averaged: nn.Module) -> dict[str, float]:
        """Measure, and keep the weights if they are the best so far."""
        selection = self.selection
        if step % selection.every and step != selection.last:
            return {}
        columns = selection.measure(step, averaged)
        if selection.by is not None and selection.prefers(columns[selection.by], self.best):
            self.best = Best(columns[selection.by], step, copy.deepcopy(weights_of(averaged)))
        return columns

    def state(self) -> dict[str, Any]:
        """The best so far."""
        best = self.best
        return {} if best is None else {"score": best.score, "step": best.step, "weights": dict(best.weights)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from the best so far."""
        self.best = Best(**state) if state else None

    def on_written(self, step: int, averaged: nn.Module) -> None:
        """Write the files of the last and the best weights."""
        write_weights(self.out / "last.safetensors", weights_of(averaged))
        if self.best is not None:
            write_weights(self.out / "best.safetensors", self.best.weights)
