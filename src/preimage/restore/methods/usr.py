"""Restoration by one pass of a network for all kernels, factors and noise levels (USRNet)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes
from preimage.models import USRNet
from preimage.physics import GaussianNoise
from preimage.physics.blur import CameraPhysics, Channelwise
from preimage.physics.blur.window import extend
from preimage.reconstructor import Reconstructor
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.work import Forecast, HalfWidths, Job, Outcome, Session
from preimage.restore.methods.dpir import Dpir
from preimage.restore.methods.error_model import error_model, modelled_widths
from preimage.restore.methods.suited import suited_reconstructor
from preimage.solve import Reason

__all__ = ["Usr"]

_WEIGHTS = "usr-color"
_FACTORS = (1, 2, 3, 4)
# Measured: Python with torch and the weights, and bytes for each pixel of the unknown picture.
_BASE = 320_000_000
_PER_PIXEL = 180


@dataclass(frozen=True)
class Usr(Method):
    """A few steps towards the data and of a denoiser, trained as one network: USRNet.

    The data steps are in closed form for periodic pictures. A photograph is continued to one, as the network has seen
    it in its training, and what is outside the photograph is left out of the result.
    """

    name: ClassVar[str] = "usr"
    sees_grey: ClassVar[bool] = True
    tells_errors: ClassVar[bool] = True

    def check(self, task: Task, settings: Settings) -> None:
        """The number of steps is the network's.

        Raises:
            ArgumentError: steps, their trace or a factor of 8 is asked for.
        """
        if settings.steps is not None:
            raise ArgumentError(f"`steps` must be left out for {self.name}, got {settings.steps}; or choose dpir.")
        if settings.trace:
            raise ArgumentError(f"`trace` must be left out for {self.name}, got it; or choose dpir.")
        if task.scale() not in _FACTORS:
            raise ArgumentError(
                f"`factor` must be 2, 3 or 4 for {self.name}, got {task.scale()}; repeat the task, or take the method "
                "dip."
            )

    @override
    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        """The noise level and the weights."""
        return {"sigma": sigma, "weights": resolved["weights"]["name"], "steps": None}

    @override
    def begin(self, task: Task, job: Job) -> Session:
        """Load the weights, and see to the memory.

        Raises:
            ArgumentError: the memory is too little, or the weights are of another network.
        """
        name, network = suited_reconstructor(job.settings, USRNet, _WEIGHTS)
        needed = max(_needed(task, shape) for shape in job.shapes)
        if job.budget is not None and needed > job.budget:
            raise ArgumentError(
                f"`memory` must be at least {format_bytes(needed)} for {self.name}, got {format_bytes(job.budget)}; "
                f"allow more, or take {Dpir.name}, which works on tiles."
            )
        if job.settings.error_map:
            for channels in {shape[0] for shape in job.shapes}:
                error_model(self.name, task, channels, name)
        if job.progress is not None:
            job.progress(0, 1)
        return _Passes(self, task, job, name, network.to(job.device))


@dataclass(frozen=True)
class _Passes(Session):
    """With the network loaded."""

    method: Usr
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
        return Forecast(None, max(_needed(self.task, shape) for shape in self.job.shapes))

    @torch.inference_mode()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        problem = self.task.problem(y, level.value * self.job.settings.strength)
        seen = y if y.shape[1] == 3 else y.expand(-1, 3, -1, -1)
        x = self.network(*_periodic(problem, seen))
        x = x if y.shape[1] == 3 else x.mean(1, keepdim=True)
        if self.job.progress is not None:
            self.job.progress(1, 1)
        return Outcome(problem.finish(x), Reason("one_pass", 1))

    @torch.inference_mode()
    def half_widths(self, y: Tensor, level: Level, outcome: Outcome) -> HalfWidths:
        """By what the restored pixels look like."""
        model = error_model(self.method.name, self.task, y.shape[1], self.weights)
        return modelled_widths(model, self.task, self.task.problem(y, level.value), level, outcome.x)


def _periodic(problem: Problem, y: Tensor) -> tuple[Tensor, Channelwise]:
    """``y`` continued to a periodic picture, and the physics of that."""
    physics = problem.physics
    assert isinstance(physics, CameraPhysics)  # the tasks that this method is offered for
    whole = y if physics.window is None else extend(y, physics.window)
    operators = [physics.of_channel(channel) for channel in range(whole.shape[1])]
    return whole, Channelwise(operators, None, GaussianNoise(problem.sigma))


def _needed(task: Task, shape: torch.Size) -> int:
    rows, columns = task.canvas(*shape[1:])
    return _BASE + _PER_PIXEL * rows * columns
