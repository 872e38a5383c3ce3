"""Methods that call a denoiser of the zoo, on tiles that fit in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor

from preimage import zoo
from preimage.denoisers import Denoiser, TiledDenoiser, check_sigma
from preimage.errors import ArgumentError
from preimage.physics.blur import Limits
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import weight_rows
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import BlockSolver, Forecast, HalfWidths, Job, Outcome, Session
from preimage.restore.methods.camera import WEIGHTS as CAMERA_WEIGHTS
from preimage.restore.methods.camera import is_as_of_cameras, is_for_white_noise
from preimage.restore.methods.passes import Passed, Work, counter, seconds_of_call
from preimage.restore.methods.plan import choose_tile, expected_bytes, least_bytes
from preimage.restore.methods.suited import suited_denoisers

__all__ = ["ByDenoiser"]

_WEIGHTS = {1: "drunet-grey-compact", 3: "drunet-color-compact"}

# Sides of the tiles by which the time is told, and how many of them make two calls worth their time.
_PROBES = ((128, 40), (64, 16))


@dataclass(frozen=True)
class ByDenoiser(Method):
    """A method that calls a denoiser of the zoo, on tiles that fit in memory: those that suit, or those named."""

    sees_grey: ClassVar[bool] = True
    knows_cameras: ClassVar[bool] = False
    """Whether the noise of cameras has weights of its own, unless the user names some."""
    is_guarded: ClassVar[bool] = True
    """Whether the noise has to explain what the method changes."""

    def weights(self, task: Task, channels: int) -> str:
        """Name of the weights for pictures of so many channels, unless the user names others."""
        return _WEIGHTS[channels]

    def applied(self, task: Task, denoiser: Denoiser) -> Denoiser:
        """What is applied to the tiles."""
        return denoiser

    def further_weights(self, name: str) -> tuple[str, ...]:
        """Names of the weights that are used beside those called ``name``."""
        return ()

    def steps(self, task: Task) -> int:
        """Calls of the denoiser, unless the user says how many."""
        return 1

    def repeats(self) -> int:
        """How often each picture is restored."""
        return 1

    def data_step_seconds(self, task: Task, shape: torch.Size, device: torch.device) -> float:
        """How long a step takes for a picture (C, H, W) beside the denoiser, where that matters."""
        return 0.0

    def footprint(self, task: Task, shape: torch.Size) -> tuple[int, int]:
        """Bytes held for a picture (C, H, W) while the denoiser runs, and at most between its runs, tiles aside."""
        size = 4 * task.planes(shape[0])[0] * shape[1] * shape[2]
        return size, size

    def range_notes(self, task: Task, denoiser: Denoiser, level: float) -> list[str]:
        """What the user should know where the denoiser was not made for ``level``."""
        check_sigma(denoiser, level)
        return task.range_notes(level, *denoiser.traits.sigma_range)

    def solve(self, task: Task, y: Tensor, denoiser: Denoiser, level: Level, work: Work) -> Outcome:
        """Restore ``y`` (1, C, H, W)."""
        raise NotImplementedError

    def block_solver(
        self, task: Task, denoiser: Denoiser, level: Level, work: Work, seen: tuple[tuple[int, int, int], Limits]
    ) -> BlockSolver | None:
        """What restores pictures that no memory holds; see :meth:`Session.in_blocks`.

        Args:
            seen: (C, H, W), and where samples are clipped.
        """
        return None

    def half_widths(self, task: Task, y: Tensor, level: Level, outcome: Outcome, passed: Passed) -> HalfWidths:
        """Within how much of the picture of ``outcome``, restored from ``y``, the truth lies; see :class:`Session`."""
        raise ArgumentError(f"`error_map` must be left out, got it; nobody knows the errors of {self.name}.")

    def check_errors(self, task: Task, channels: int, weights: str) -> None:
        """Refuse an error map for pictures of so many channels before they are restored.

        Raises:
            ArgumentError: nobody knows the errors.
        """

    def more_passes(self, task: Task) -> int:
        """How often the picture is restored again for an error map."""
        return 0

    def passes(self, task: Task, settings: Settings) -> int:
        """How often the picture is restored, its samples and what an error map needs included."""
        return self.repeats() * (1 + (self.more_passes(task) if settings.error_map else 0))

    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        """The noise level, the weights and the tiles."""
        names = [row["name"] for row in weight_rows(resolved)]
        weights = names[0] if len(names) == 1 else settings["weights"]
        return {"sigma": sigma, "weights": weights, "tile": resolved["tile"]}

    def begin(self, task: Task, job: Job) -> Session:
        """Load the weights and choose the tiles."""
        settings = job.settings
        found = {shape[0]: shape for shape in job.shapes}
        wanted = {channels: task.channels(channels) for channels in found}
        loaded = suited_denoisers(wanted, partial(self.weights, task), settings, job.device)
        if settings.error_map:
            for channels, (name, _) in loaded.items():
                self.check_errors(task, channels, name)
        tile = settings.tile or min(
            choose_tile(loaded[channels][1], shape, task.canvas(*shape[1:]), self.footprint(task, shape), job.budget)
            for channels, shape in found.items()
        )
        steps = self.steps(task) if settings.steps is None else settings.steps
        applied = {channels: self.applied(task, denoiser) for channels, (_, denoiser) in loaded.items()}
        tiles = sum(TiledDenoiser(applied[shape[0]], tile).calls(*task.canvas(*shape[1:])) for shape in job.shapes)
        count = counter(job.progress, tiles * steps * self.passes(task, settings))
        models = {
            channels: _Model(name, denoiser, TiledDenoiser(applied[channels], tile, count))
            for channels, (name, denoiser) in loaded.items()
        }
        cameras = {}
        if self.knows_cameras and settings.weights is None and task.artefact == "noise" and not task.inverts:
            for channels in models.keys() & CAMERA_WEIGHTS.keys():
                denoiser = zoo.load_denoiser(name := CAMERA_WEIGHTS[channels]).to(job.device)
                cameras[channels] = _Model(name, denoiser, TiledDenoiser(self.applied(task, denoiser), tile, count))
        return _Denoising(self, task, models, tile, steps, job, cameras)


@dataclass(frozen=True)
class _Model:
    """A denoiser, its name, and what of it is applied to tiles."""

    name: str
    denoiser: Denoiser
    tiled: TiledDenoiser


@dataclass(frozen=True)
class _Denoising(Session):
    """With everything chosen; ``models`` are for pictures of so many channels, ``cameras`` for noise of cameras."""

    method: ByDenoiser
    task: Task
    models: Mapping[int, _Model]
    tile: int
    steps: int
    job: Job
    cameras: Mapping[int, _Model]

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        """The steps, the tiles, and the weights: a list of them where pictures differ in what suits them."""
        # A stack has one kind of pictures, and a level for each of its channels.
        kinds = [shape[0] for shape in self.job.shapes]
        kinds = kinds if len(kinds) == len(levels) else kinds[:1] * len(levels)
        first = [self._model(channels, level).name for channels, level in zip(kinds, levels, strict=True)]
        names = [*first, *(name for one in first for name in self.method.further_weights(one))]
        weights = [{"name": name, "sha256": zoo.digest_of(name)} for name in dict.fromkeys(names)]
        return {"steps": self.steps, "tile": self.tile, "weights": weights[0] if len(weights) == 1 else weights}

    def notes(self, level: Level) -> list[str]:
        """Where the denoiser was not trained for the level."""
        first = self._model(next(iter(self.models)), level)
        return self.method.range_notes(self.task, first.denoiser, level.value * self.job.settings.strength)

    def noise(self, level: Level) -> float | None:
        """What the denoiser is told at last; nothing where the weights are the user's own.

        Those may have learned noise that goes on from pixel to pixel, of which the level found here is a part only.
        """
        if not self.method.is_guarded or any(model.name not in zoo.names() for model in self.models.values()):
            return None
        return level.value * self.job.settings.strength

    def forecast(self) -> Forecast:
        """Memory as planned; time at the rate of two calls on a small tile, where that is little of the work."""
        shapes = self.job.shapes
        memory = max(
            expected_bytes(
                self.models[shape[0]].denoiser,
                self.tile,
                self.task.canvas(*shape[1:]),
                self.method.footprint(self.task, shape),
            )
            for shape in dict.fromkeys(shapes)
        )
        pixels, calls = dict.fromkeys(self.models, 0), self.steps * self.method.passes(self.task, self.job.settings)
        for shape in shapes:
            grid = self.models[shape[0]].tiled.grid(*self.task.canvas(*shape[1:]))
            pixels[shape[0]] += calls * sum((a.stop - a.start) * (b.stop - b.start) for a, b in grid)
        side = next((side for side, worth in _PROBES if sum(pixels.values()) >= worth * side**2), None)
        if side is None:
            return Forecast(None, memory)
        seconds = calls * sum(self.method.data_step_seconds(self.task, shape, self.job.device) for shape in shapes)
        for channels, model in self.models.items():
            ramp = torch.linspace(0, 1, side, device=self.job.device)
            probe = ramp.expand(1, self.task.channels(channels), side, side).contiguous()
            seconds += pixels[channels] / side**2 * min(seconds_of_call(model.tiled.denoiser, probe) for _ in range(2))
        return Forecast(seconds, memory)

    def least_memory(self) -> int:
        """That of the smallest tiles, for the picture that takes most."""
        canvases = {shape: self.task.canvas(*shape[1:]) for shape in self.job.shapes}
        return max(
            least_bytes(self.models[shape[0]].denoiser, canvas, self.method.footprint(self.task, shape))
            for shape, canvas in canvases.items()
        )

    def in_blocks(self, shape: tuple[int, int, int], level: Level, limits: Limits) -> BlockSolver | None:
        """As the method does it."""
        denoiser = self._model(shape[0], level).tiled.denoiser
        return self.method.block_solver(self.task, denoiser, level, self._work(), (shape, limits))

    def _work(self) -> Work:
        settings = self.job.settings
        return Work(settings.strength, self.steps, settings.trace, settings.seed)

    @torch.inference_mode()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        """As the method does it."""
        work = self._work()
        model = self._model(y.shape[1], level)
        if not is_for_white_noise(model.name):
            level = replace(level, camera=None)
        return self.method.solve(self.task, y, model.tiled, level, work)

    def half_widths(self, y: Tensor, level: Level, outcome: Outcome) -> HalfWidths:
        """As the method tells them."""
        is_usual = self.steps == self.method.steps(self.task)
        passed = Passed(self._model(y.shape[1], level).name, is_usual, lambda noisy: self.solve(noisy, level).x)
        return self.method.half_widths(self.task, y, level, outcome, passed)

    def _model(self, channels: int, level: Level) -> _Model:
        """What suits pictures of so many channels with such noise."""
        if level.camera is not None and channels in self.cameras and is_as_of_cameras(level.camera):
            return self.cameras[channels]
        return self.models[channels]
