"""Several restorations one after the other, chosen by what is found in the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import Self, override

from preimage._worker import Worker
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.restore.finding.findings import FoundLevel
from preimage.restore.finding.plan import ChainStage
from preimage.restore.frame.guard import guard_picture
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import weight_rows
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Outcome, Session
from preimage.restore.methods.camera import WEIGHTS
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.tasks.auto import Auto
from preimage.solve import Reason

__all__ = ["Chain"]


@dataclass(frozen=True)
class Chain(Method):
    """The stages that the findings ask for, each by the method that its own command takes.

    Args:
        tiles: the sides of the tiles of the stages of a recorded run, in their order; else they follow from memory.
        weights: names of the weights of a recorded run.
    """

    tiles: tuple[int, ...] = ()
    weights: tuple[str, ...] = ()

    name: ClassVar[str] = "auto"
    sees_grey: ClassVar[bool] = True

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> Self:
        names = tuple(row["name"] for row in weight_rows(resolved))
        return cls(tuple(int(stage["tile"] or 0) for stage in resolved["stages"]), names)

    @override
    def options(self) -> dict[str, Any]:
        return {"method": self.name}

    def check(self, task: Task, settings: Settings) -> None:
        """The stages choose steps, weights and what is looked at.

        Raises:
            ArgumentError: one of these is asked for; or the task is not that of this method.
        """
        if not isinstance(task, Auto):
            raise ArgumentError(f"`method` must be another one for {task.name}, got auto; leave it out.")
        for name, given, usual in (
            ("steps", settings.steps, None), ("weights", settings.weights, None), ("trace", settings.trace, False),
            ("error_map", settings.error_map, False),
        ):  # fmt: skip
            if given != usual:
                raise ArgumentError(
                    f"`{name}` must be left out for auto, got {given}; the commands of the stages take it."
                )

    @override
    def begin(self, task: Task, job: Job) -> Session:
        if not isinstance(task, Auto):
            raise ArgumentError(f"`method` must be another one for {task.name}, got auto; leave it out.")
        return _Chained(task, self.tiles, self.weights, job, _Diary())


class _Diary(Worker):
    """What the stages did, in their order."""

    def __init__(self) -> None:
        self.stages: list[dict[str, Any]] = []
        self.weights: dict[str, Any] = {}

    def note(self, stage: ChainStage, entries: Mapping[str, Any]) -> None:
        """One more stage, with what its session tells."""
        told = {name: entries.get(name) for name in ("steps", "tile")}
        self.stages.append({"task": stage.task.name, "method": stage.method.name, **told})
        rows = entries.get("weights")
        for row in rows if isinstance(rows, list) else [rows] if rows else []:
            self.weights[row["name"]] = row

    def entries(self) -> Mapping[str, Any]:
        """What the record tells of the stages."""
        rows = list(self.weights.values())
        weights = {"weights": rows[0] if len(rows) == 1 else rows} if rows else {}
        return {"steps": None, "stages": list(self.stages), **weights}


@dataclass(frozen=True)
class _Chained(Session):
    task: Auto
    tiles: tuple[int, ...]
    weights: tuple[str, ...]
    job: Job
    diary: _Diary

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        return self.diary.entries()

    @torch.no_grad()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        if not isinstance(level, FoundLevel):
            raise ArgumentError("`method` must be another one for a level without findings, got auto; leave it out.")
        stages = self.task.stages(level, self.job.budget is not None)
        x, sampling = y, level.sampling
        for stage in stages:
            x = self._done(stage, x, sampling)
            sampling = Sampling(sampling.step)  # what JPEG's table said of the rounding no longer holds
        reason = Reason("all_steps", len(stages)) if stages else Reason("nothing", 0)
        return Outcome(x, reason)

    def _done(self, stage: ChainStage, y: Tensor, sampling: Sampling) -> Tensor:
        """``y`` after ``stage``, as far as the noise explains the change."""
        number, settings = len(self.diary.stages), self.job.settings
        tile = self.tiles[number] if number < len(self.tiles) else 0
        settings = replace(
            settings, sigma="auto", strength=settings.strength * stage.strength, tile=tile or None,
            weights=self._recorded_weights(stage, len(y[0])),
        )  # fmt: skip
        task = stage.method.form(stage.task)
        session = stage.method.begin(task, replace(self.job, shapes=(y.shape[1:],), settings=settings, given=None))
        level = stage.level or stage.method.level(task, y[0].cpu(), stage.sigma, sampling)
        outcome = session.solve(y, level)
        self.diary.note(stage, session.entries([level]))
        witness, noise, x = task.witness(), session.noise(level), outcome.x
        if witness is not None and noise is not None:
            x, _ = guard_picture(x, y, witness.to(y.device), noise, task.share_seen(), outcome.share, level.reach)
        return x.clamp(0, 1)

    def _recorded_weights(self, stage: ChainStage, channels: int) -> str | None:
        """Those for white noise, where a recorded run took them for noise of cameras, as earlier versions did."""
        method = stage.method
        if stage.task.name != "denoise" or not isinstance(method, ByDenoiser):
            return None
        usual = method.weights(stage.task, channels)
        return usual if usual in self.weights and WEIGHTS.get(channels) not in self.weights else None
