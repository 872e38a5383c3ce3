"""One pass of a network that removes noise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage.denoisers import AnscombeDenoiser, Denoiser
from preimage.errors import ArgumentError
from preimage.restore.frame.level import Level
from preimage.restore.frame.record import weight_rows
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.work import HalfWidths, Outcome
from preimage.restore.methods.camera import WEIGHTS, camera_denoiser
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.error_map import PROBES, half_widths
from preimage.restore.methods.in_range import POWERS, InRange
from preimage.restore.methods.passes import Passed, Work
from preimage.solve import Reason

__all__ = ["Network", "OnePass"]

_OF_JPEG = "deblock-color"

# Below these levels, by channels, the compact networks are further from the picture than the noise is: at 1/255 the one
# for colour takes 48.1 dB to 44.6, and to 48.6 blended with the picture.
_LEAST = {1: 2 / 255, 3: 3 / 255}


@dataclass(frozen=True)
class OnePass(ByDenoiser):
    """One call of the denoiser: for light after Anscombe's transform, for noise that goes on octave by octave."""

    def check(self, task: Task, settings: Settings) -> None:
        """There are no steps.

        Raises:
            ArgumentError: steps or their trace are asked for.
        """
        if settings.steps is not None:
            raise ArgumentError(
                f"`steps` must be left out for {self.name}, got {settings.steps}; it takes a single pass."
            )
        if settings.trace:
            raise ArgumentError(f"`trace` must be left out for {self.name}, got it; it takes a single pass.")

    def least(self, denoiser: Denoiser) -> float:
        """The faintest degradation that ``denoiser`` removes whole."""
        return denoiser.traits.sigma_range[0]

    def first(self, problem: Problem) -> Tensor:
        """What the denoiser is shown."""
        return problem.start(problem.y, problem.physics)

    @override
    def solve(self, task: Task, y: Tensor, denoiser: Denoiser, level: Level, work: Work) -> Outcome:
        sigma = level.value * work.strength
        problem = task.problem(y, sigma)
        if level.light is not None:
            strength = sigma / level.light.over(y) if sigma else 1.0
            light = level.light
            seen = AnscombeDenoiser(denoiser, light.gain, strength)
            x = seen(self.first(problem) - light.black, light.sigma) + light.black
            return Outcome(problem.finish(x), Reason("one_pass", 1))
        if level.camera is not None:
            x = camera_denoiser(denoiser, level.camera.octaves)(self.first(problem), sigma)
            return Outcome(problem.finish(x), Reason("one_pass", 1))
        least = self.least(denoiser)
        share = (sigma / least) ** 2 if sigma < least else 1.0
        return Outcome(problem.finish(denoiser(self.first(problem), problem.sigma)), Reason("one_pass", 1), share=share)


@dataclass(frozen=True)
class Network(OnePass):
    """A network trained to remove noise or what JPEG left, in part where these are fainter than its own errors."""

    name: ClassVar[str] = "drunet"
    tells_errors: ClassVar[bool] = True
    knows_cameras: ClassVar[bool] = True

    def check(self, task: Task, settings: Settings) -> None:
        """There are no steps, and weights are for what has to be removed.

        Raises:
            ArgumentError: steps or their trace are asked for, or the weights were trained for something else.
        """
        super().check(task, settings)
        of_jpeg, name = task.artefact == "jpeg", settings.weights
        if name in zoo.names("denoiser") and (zoo.describe(name).artefact == "jpeg") != of_jpeg:
            removed = "the artefacts of JPEG" if of_jpeg else "noise"
            raise ArgumentError(f"`weights` must be for {removed}, got {name}; leave them out.")

    @override
    def form(self, task: Task) -> Task:
        return task.in_colour()

    @override
    def weights(self, task: Task, channels: int) -> str:
        return _OF_JPEG if task.artefact == "jpeg" else super().weights(task, channels)

    @override
    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        found = super().settled(settings, resolved, sigma)
        names, reach = [row["name"] for row in weight_rows(resolved)], resolved.get("correlation_length", 1.0)
        goes_on = max(reach if isinstance(reach, list) else [reach]) > 1
        if goes_on and found["weights"] is None and not set(names) & set(WEIGHTS.values()):
            found["weights"] = names[0]  # named, so that noise of cameras goes octave by octave, as it did then
        return found

    @override
    def more_passes(self, task: Task) -> int:
        return PROBES

    def half_widths(self, task: Task, y: Tensor, level: Level, outcome: Outcome, passed: Passed) -> HalfWidths:
        """By more passes through the denoiser, for white noise.

        Raises:
            ArgumentError: something else was removed, or the weights are not calibrated.
        """
        if task.artefact != "noise":
            raise ArgumentError("`error_map` must be left out, got it; drunet is calibrated for noise.")
        if level.camera is not None:
            raise ArgumentError(
                "`error_map` must be left out where noise goes on from pixel to pixel, got it; it is known for white "
                "noise alone: --noise gaussian takes it for that."
            )
        row = zoo.describe(passed.weights) if passed.weights in zoo.names() else None  # a file has no row
        found = half_widths(passed.again, y, level, outcome.x, {} if row is None else row.error_factors)
        return found if row is None else replace(found, measured=row.error_coverage)

    def range_notes(self, task: Task, denoiser: Denoiser, level: float) -> list[str]:
        """Of JPEG as the task tells them: fainter artefacts are removed in part."""
        if task.artefact == "jpeg":
            return task.range_notes(level, *denoiser.traits.sigma_range)
        return super().range_notes(task, denoiser, level)

    @override
    def applied(self, task: Task, denoiser: Denoiser) -> Denoiser:
        return InRange(denoiser, POWERS[task.artefact], self.least(denoiser))

    @override
    def least(self, denoiser: Denoiser) -> float:
        return max(_LEAST.get(denoiser.traits.channels or 1, 0.0), denoiser.traits.sigma_range[0])
