"""What the tasks solved by DPIR have in common."""

import dataclasses
from collections.abc import Callable
from typing import Any

from torch import Tensor

from preimage.errors import ConvergenceError
from preimage.optim.dpir import DPIR
from preimage.physics.noise import GaussianNoise
from preimage.restore.channelwise import Channelwise
from preimage.restore.task import Outcome

__all__ = ["footprint", "run_dpir"]


def run_dpir(
    preset: DPIR,
    y: Tensor,
    physics: Channelwise,
    sigma: float,
    steps: int,
    init: Callable[[Any, Any], Tensor],
    trace: bool = False,
) -> Outcome:
    """Run a preset with another start and number of steps.

    Raises:
        ConvergenceError: the iteration diverged.
    """
    annealing = dataclasses.replace(preset.annealing, steps=steps)
    method = DPIR(preset.denoiser, annealing, init, preset.clamp, preset.write_back)
    solution = method.solve(y, physics.replace(noise=GaussianNoise(sigma)), trace=trace)
    if solution.reason[0].startswith("diverged"):
        raise ConvergenceError(f"the restoration {solution.reason[0]}; check the kernel and the noise level.")
    return Outcome(solution.x, solution.reason[0], solution.history)


def footprint(channels: int, measured: int, canvas: int) -> tuple[int, int]:
    """Bytes held while the denoiser runs, and at the most in a data step, for so many pixels.

    The denoiser's: the measurement, the last picture, the denoiser's input and its output. The data step's: the
    measurement, the last picture, the result, and six planes of transforms of one channel.
    """
    running = channels * measured + 3 * channels * canvas
    data_step = channels * measured + 2 * channels * canvas + 6 * canvas
    return 4 * running, 4 * data_step
