"""What the tasks solved by DPIR have in common."""

import dataclasses
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ConvergenceError
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.optim.dpir import DPIR
from preimage.physics.blur import Channelwise
from preimage.physics.noise import GaussianNoise
from preimage.restore.clipping import grown
from preimage.restore.frame.task import Outcome

__all__ = ["footprint", "run_dpir", "unclipped"]

# The smallest noise level, in image units, that data steps before the first are told.
_LEAST = 1 / 255
# Of these data steps, and of the decisions in each which clipped samples are beyond their limit.
_PULLS, _PASSES = 3, 10
# Light beyond the limits, root mean square in image units, that is worth a start of its own.
_VISIBLE = 5 / 255


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

    def start(y: Any, physics: Any) -> Tensor:
        x = init(y, physics)
        return unclipped(
            x, y, physics.replace(noise=GaussianNoise(max(sigma, _LEAST))), annealing.first**2 / annealing.weight
        )

    method = preset.replace(annealing=annealing, init=start)
    solution = method.solve(y, physics.replace(noise=GaussianNoise(sigma)), trace=trace)
    reason = solution.reason[0]
    if reason.kind == "diverged":
        raise ConvergenceError(f"the restoration {reason}; check the kernel and the noise level.")
    return Outcome(solution.x, reason, solution.history)


def unclipped(x: Tensor, y: Tensor, physics: Channelwise, step: float) -> Tensor:
    """``x`` with the light that clipped samples of ``y`` hide, as far as the samples around them tell.

    A lamp many times brighter than the limit would otherwise be found too slowly by a few steps with a denoiser, and
    what it lacks would be made up for by ringing all over the picture. Data steps change the pixels under clipped
    samples alone. Where these do not go beyond the limits by more than can be seen, ``x`` stays.
    """
    limits = physics.limits
    if not limits.any:
        return x
    clipped = limits.clipped(y)
    under = grown(clipped if physics.window is None else physics.window.embed(clipped), x)
    f, found = ChannelwiseLikelihood(physics, y, passes=_PASSES), x
    for _ in range(_PULLS):
        found = torch.where(under, f.prox(found, step), found)
    z = physics.A(found)
    dark, bright = (z - limits.low)[y <= limits.low], (z - limits.high)[y >= limits.high]
    excess = max(_rms(-dark.clamp_max(0)), _rms(bright.clamp_min(0)))
    return found if excess > _VISIBLE else x


def _rms(values: Tensor) -> float:
    return float(values.square().mean().sqrt()) if values.numel() else 0.0


def footprint(channels: int, measured: int, canvas: int) -> tuple[int, int]:
    """Bytes held while the denoiser runs, and at the most in a data step, for so many pixels.

    The denoiser's: the measurement, the last picture, the denoiser's input and its output. The data step's: the
    measurement, the last picture, the result, and six planes of transforms of one channel.
    """
    running = channels * measured + 3 * channels * canvas
    data_step = channels * measured + 2 * channels * canvas + 6 * canvas
    return 4 * running, 4 * data_step
