"""The contract of a method: how a task is done."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.files.samples.sampling import Sampling
from preimage.physics import LinearPhysics
from preimage.reconstructor import Reconstructor
from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Outcome, Session
from preimage.solve import Reason

__all__ = ["Method"]


@dataclass(frozen=True)
class Method:
    """A way to restore pictures, for any task.

    Subclasses are frozen dataclasses whose fields are what a user may choose; those with a ``default`` only. A simple
    method has a ``name`` and a :meth:`reconstructor`. One that works on tiles, or tells how far it is, prepares a
    :class:`Session` of its own in :meth:`begin`.
    """

    name: ClassVar[str]
    sees_grey: ClassVar[bool] = False
    """Whether pictures of three equal channels are done as one channel."""
    goes_in_blocks: ClassVar[bool] = False
    """Whether blurred pictures that no memory holds are restored, too; see :meth:`Session.in_blocks`."""
    tells_errors: ClassVar[bool] = False
    """Whether it is known how wrong its results may be."""

    @classmethod
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> Self:
        """The method of a recorded run."""
        return cls(**{field.name: settings[field.name] for field in fields(cls) if field.name in settings})

    def options(self) -> dict[str, Any]:
        """The name and the fields, as JSON: what a repetition needs."""
        return {"method": self.name, **asdict(self)}

    def check(self, task: Task, settings: Settings) -> None:
        """Refuse settings that are not for this method.

        Raises:
            ArgumentError: there is one.
        """

    def form(self, task: Task) -> Task:
        """``task`` as this method does it: another one may assume less of it, or see more channels.

        Raises:
            ArgumentError: an option of the task is not for this method.
        """
        return task

    def level(self, task: Task, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """How degraded ``pixels`` (C, H, W) are, as far as the method has to know; see :meth:`Task.level`."""
        return task.level(pixels, sigma, sampling)

    def reconstructor(self, task: Task, physics: LinearPhysics, level: Level) -> Reconstructor:
        """What turns a measurement and its ``physics`` into the unknown picture, ``x = model(y, physics)``."""
        raise NotImplementedError

    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        """The settings with which a recorded run is repeated, beside steps, device and threads.

        Args:
            sigma: the noise level that was found.
        """
        return {"sigma": sigma}

    def begin(self, task: Task, job: Job) -> Session:
        """Prepare for the pictures of ``job``.

        Raises:
            ArgumentError: a setting is not for this method, or the memory too little.
        """
        return _Plain(self, task, job)


@dataclass(frozen=True)
class _Plain(Session):
    """Whole pictures, one after the other."""

    method: Method
    task: Task
    job: Job

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        return {"steps": self.job.settings.steps}

    @torch.no_grad()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        problem = self.task.problem(y, level.value * self.job.settings.strength)
        model = self.method.reconstructor(self.task, problem.physics, level)
        return Outcome(problem.finish(model(problem.y, problem.physics)), Reason("one_pass", 1))
