"""Plug-and-play restoration with a denoiser as prior (DPIR)."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage.blocks import BlockDeblurring
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, ConvergenceError
from preimage.optim import DPIR
from preimage.physics.blur import Limits
from preimage.physics.noise import GaussianNoise
from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.unclipping import PULLS
from preimage.restore.frame.work import BlockSolver, HalfWidths, Outcome
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.error_model import error_model, modelled_widths
from preimage.restore.methods.passes import Passed, Work

__all__ = ["Dpir"]


@dataclass(frozen=True)
class Dpir(ByDenoiser):
    """Plug-and-play: a denoiser as prior, between steps towards the data, at noise levels that decrease."""

    name: ClassVar[str] = "dpir"
    tells_errors: ClassVar[bool] = True
    goes_in_blocks: ClassVar[bool] = True

    def check(self, task: Task, settings: Settings) -> None:
        """There are denoisers for ``factor`` 2, 3 and 4.

        Raises:
            ArgumentError: the factor is 8.
        """
        if task.scale() == 8:
            raise ArgumentError("`factor` must be 2, 3 or 4 for dpir, got 8; repeat the task, or take the method dip.")

    def preset(self, task: Task, denoiser: Denoiser) -> DPIR:
        """The published settings for what the task has to make up."""
        if task.scale() > 1:
            return DPIR.superresolution(denoiser, task.scale())
        if task.artefact == "mosaic":
            return DPIR.demosaicing(denoiser)
        return DPIR.deblurring(denoiser) if task.hidden() is None else DPIR.inpainting(denoiser)

    @override
    def steps(self, task: Task) -> int:
        return self.preset(task, Denoiser()).annealing.steps

    @override
    def check_errors(self, task: Task, channels: int, weights: str) -> None:
        error_model(self.name, task, channels, weights)

    def half_widths(self, task: Task, y: Tensor, level: Level, outcome: Outcome, passed: Passed) -> HalfWidths:
        """By what the restored pixels look like.

        Raises:
            ArgumentError: task and weights are not calibrated.
        """
        model = error_model(self.name, task, y.shape[1], passed.weights)
        found = modelled_widths(model, task, task.problem(y, level.value), level, outcome.x)
        note = f"the error map is calibrated for the usual number of steps, {self.steps(task)}"
        return found if passed.is_usual else dataclasses.replace(found, notes=(*found.notes, note))

    def footprint(self, task: Task, shape: torch.Size) -> tuple[int, int]:
        """The denoiser's: the measurement, the last picture, the denoiser's input and its output.

        Between its runs, in a data step: the measurement, the last picture, the result, and six planes of transforms of
        one channel; or what the first estimate takes.
        """
        rows, columns = task.canvas(*shape[1:])
        channels, measured, canvas = task.channels(shape[0]), shape[1] * shape[2], rows * columns
        running = channels * measured + 3 * channels * canvas
        data_step = channels * measured + 2 * channels * canvas + 6 * canvas
        return 4 * running, max(4 * data_step, 4 * task.planes(shape[0])[1] * measured)

    @override
    def block_solver(
        self, task: Task, denoiser: Denoiser, level: Level, work: Work, seen: tuple[tuple[int, int, int], Limits]
    ) -> BlockSolver | None:
        (_, height, width), limits = seen
        window, kernel = task.window(height, width), task.blur_kernel()
        if window is None or kernel is None or task.scale() > 1:
            return None
        annealing = dataclasses.replace(self.preset(task, denoiser).annealing, steps=work.steps)
        sigma = level.value * work.strength
        return BlockDeblurring(denoiser, sigma, kernel.float(), window, limits, annealing, PULLS)

    def solve(self, task: Task, y: Tensor, denoiser: Denoiser, level: Level, work: Work) -> Outcome:
        """Run the preset with the task's start.

        Raises:
            ConvergenceError: the iteration diverged.
        """
        problem, preset = task.problem(y, level.value * work.strength), self.preset(task, denoiser)
        annealing, sigma = dataclasses.replace(preset.annealing, steps=work.steps), problem.sigma

        def start(y: Any, physics: Any) -> Tensor:
            x = problem.start(y, physics)
            return problem.unclip(x, sigma, annealing.first**2 / annealing.weight)

        method = preset.replace(annealing=annealing, init=start)
        solution = method.solve(problem.y, problem.physics.replace(noise=GaussianNoise(sigma)), trace=work.trace)
        reason = solution.reason[0]
        if reason.kind == "diverged":
            raise ConvergenceError(f"the restoration {reason}; check the kernel and the noise level.")
        return Outcome(problem.finish(solution.x), reason, solution.history)
