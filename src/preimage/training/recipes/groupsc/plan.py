"""How many steps each stage of a training takes: made once, then kept."""

import copy
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor
from typing_extensions import Self

from preimage.errors import ArgumentError
from preimage.machine import processes
from preimage.models.sparse import SC
from preimage.training.checkpoint import write_whole
from preimage.training.recipes.groupsc.degradations import Degradation
from preimage.training.recipes.groupsc.stage import Stage, optimizers, step_loss

__all__ = ["Plan", "seconds_per_step", "steps_within"]


@dataclass(frozen=True)
class Plan:
    """The steps of each stage, and what tells this training from another.

    Attributes:
        training: all choices that decide the weights.
        steps: the number of steps of each stage, by the name of its folder.
        duration: seconds that were asked for; ``None`` where the steps were.
    """

    training: dict[str, Any]
    steps: dict[str, int]
    duration: float | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """The plan in a file.

        Raises:
            ArgumentError: it is not one.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ArgumentError(f"`out` must hold a plan of this program, got {path}; use a new folder.") from error

    def write(self, path: Path) -> None:
        """Write the plan as JSON, whole or not at all."""
        text = json.dumps(asdict(self), indent=2) + "\n"
        write_whole(path, lambda beside: beside.write_text(text, encoding="utf-8"))

    def check(self, training: dict[str, Any], length: float | Sequence[int] | None) -> None:
        """Refuse to go on with another training, or with another length of this one.

        Raises:
            ArgumentError: something differs.
        """
        given = json.loads(json.dumps(training))  # as it is read back
        if different := sorted(name for name in given if given[name] != self.training.get(name)):
            raise ArgumentError(
                f"`out` must be a folder of this training, got one with another {', '.join(different)}; "
                "use a new folder."
            )
        planned_length = self.duration if isinstance(length, (int, float)) else list(self.steps.values())
        if length is not None and (length if isinstance(length, (int, float)) else list(length)) != planned_length:
            planned = ", ".join(f"{name} {count}" for name, count in self.steps.items())
            raise ArgumentError(
                f"`out` must be a folder of this training, got one planned with other steps ({planned}); leave the "
                "length out to go on with them, or use a new folder."
            )


def seconds_per_step(
    model: SC, task: Degradation, images: Sequence[Tensor], stage: Stage, limit: float = 20.0
) -> float:
    """The mean time of up to four steps after a first one, which is not counted unless it takes more than ``limit``."""
    network = copy.deepcopy(model)
    steppers, loss = optimizers(network, stage), step_loss(task, images, stage)
    durations: list[float] = []
    while len(durations) < 5 and sum(durations) < limit:
        started = time.monotonic()
        network.zero_grad(set_to_none=True)
        value = loss(network, len(durations))
        value.backward()
        for optimizer in steppers:
            optimizer.step()
        value.item()  # waits for the device
        durations.append(time.monotonic() - started)
    counted = durations[1:] or durations
    return processes.from_first(sum(counted) / len(counted))


def steps_within(seconds: float, shares: Sequence[float], each: Sequence[float]) -> list[int]:
    """How many steps of ``each`` duration fit into the ``shares`` of ``seconds``; at least one of every stage."""
    return [max(1, int(share * seconds / duration)) for share, duration in zip(shares, each, strict=True)]
