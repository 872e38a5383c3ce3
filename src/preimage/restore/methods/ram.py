"""Restoration by one pass of a network for many problems (RAM)."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes
from preimage.models.ram import RAM, TrainedRangeWarning
from preimage.physics import GaussianNoise
from preimage.reconstructor import Reconstructor
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Forecast, Job, Outcome, Session
from preimage.restore.methods.dpir import Dpir
from preimage.restore.methods.suited import suited_reconstructor
from preimage.solve import Reason

__all__ = ["Ram"]

_WEIGHTS = "ram-compact"
# Measured: Python with torch and the weights, and bytes for each pixel of a picture.
_BASE = 460_000_000
_PER_PIXEL = 920


@dataclass(frozen=True)
class Ram(Method):
    """One pass of a network that was trained for many problems at once; no steps, and no tiles."""

    name: ClassVar[str] = "ram"
    sees_grey: ClassVar[bool] = True

    def check(self, task: Task, settings: Settings) -> None:
        """The number of steps is the network's.

        Raises:
            ArgumentError: steps or their trace are asked for.
        """
        for name, value in (("steps", settings.steps), ("trace", settings.trace or None)):
            if value is not None:
                raise ArgumentError(f"`{name}` must be left out for {self.name}, got {value}; or choose dpir.")

    @override
    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        """The noise level that was found and the weights, and no steps."""
        return {"sigma": sigma, "weights": resolved["weights"]["name"], "steps": None}

    @override
    def begin(self, task: Task, job: Job) -> Session:
        """Load the weights, and see to the memory.

        Raises:
            ArgumentError: the memory is too little, or the weights are of another network.
        """
        needed = max(map(_needed, job.shapes))
        if job.budget is not None and needed > job.budget:
            raise ArgumentError(
                f"`memory` must be at least {format_bytes(needed)} for {self.name}, got {format_bytes(job.budget)}; "
                f"allow more, or take {Dpir.name}, which works on tiles."
            )
        name, network = suited_reconstructor(job.settings, RAM, _WEIGHTS)
        if job.progress is not None:
            job.progress(0, 1)
        return _Passes(task, job, name, network.to(job.device))


@dataclass(frozen=True)
class _Passes(Session):
    """With the network loaded."""

    task: Task
    job: Job
    weights: str
    network: Reconstructor

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        return {"steps": None, "weights": {"name": self.weights, "sha256": zoo.digest_of(self.weights)}}

    def notes(self, level: Level) -> list[str]:
        """Where the network was not trained for the level."""
        low, high = zoo.describe(_WEIGHTS).sigma_range
        return self.task.range_notes(level.value * self.job.settings.strength, low, high)

    def forecast(self) -> Forecast:
        """The memory that is needed."""
        return Forecast(None, max(map(_needed, self.job.shapes)))

    @torch.inference_mode()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        problem = self.task.problem(y, level.value * self.job.settings.strength)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TrainedRangeWarning)  # notes tell of it
            x = self.network(problem.y, problem.physics.replace(noise=GaussianNoise(problem.sigma)))
        if self.job.progress is not None:
            self.job.progress(1, 1)
        return Outcome(problem.finish(x), Reason("one_pass", 1))


def _needed(shape: torch.Size) -> int:
    return _BASE + _PER_PIXEL * shape[-2] * shape[-1]
