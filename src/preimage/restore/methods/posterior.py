"""Pictures drawn from what a measurement leaves open, and their mean."""

import time
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage._ranges import check_count
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.functional import Proximable
from preimage.physics.noise import GaussianNoise
from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.work import Outcome
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.dpir import Dpir
from preimage.restore.methods.handed_over import HandedOver
from preimage.restore.methods.passes import Work
from preimage.sampling import DDIM, Chains, DenoisingSampler, DiffPIR, PowerSchedule
from preimage.solve import Reason

__all__ = ["PosteriorSampling", "first_level"]

_TASKS = ("denoise", "deblur", "superresolve", "inpaint")
# Weights for tasks that leave more open than noise does: a prior for all levels, where there is one, and what knows
# weak noise better.
_PRIORS, _FINE = {3: "diffusion-color"}, {"diffusion-color": "drunet-color-compact"}
# Noise of the last level before zero, in image units.
_LAST = 1 / 255
# That of the first one, under which the first estimate of the task lies. The less that is to be trusted, the more: what
# fills scattered pixels is nearly right, a blurred picture lacks all detail, and what fills a hole is nothing. A
# denoiser that was trained for less starts lower, and its samples differ less than they should.
_SCATTERED, _BLURRED, _HOLE = 0.3, 1.0, 30.0
# Pixels from those that were seen, beyond which one that was not is in a hole.
_NEAR = 4
# The least noise that a data step is told of: samples have been rounded.
_LEAST = 0.29 / 255


@dataclass(frozen=True)
class PosteriorSampling(ByDenoiser):
    """Draws pictures that explain what was measured, each as likely as it is under a denoiser as prior.

    Noise is removed by :class:`preimage.sampling.DenoisingSampler`; all else by a diffusion that
    :class:`preimage.sampling.DiffPIR` guides. The picture restored is the mean of the samples. Sample ``i`` follows
    from the seed and ``i``, however many there are.

    Args:
        samples: how many, >= 1.

    Raises:
        ArgumentError: ``samples`` is out of its range.
    """

    samples: int = 16

    name: ClassVar[str] = "posterior"
    is_guarded: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("samples", self.samples, "their mean is the result")

    def check(self, task: Task, settings: Settings) -> None:
        """The task has to be one of the four, whose steps are drawn from the noise that is there.

        Raises:
            ArgumentError: it is another one; or a trace or another strength is asked for.
        """
        if task.name not in _TASKS:
            raise ArgumentError(f"`method` must be another one for {task.name}, got {self.name}; leave it out.")
        Dpir().check(task, settings)
        asked = {"trace": settings.trace, "strength": settings.strength}
        for name, given in asked.items():
            if given != (name == "strength"):
                raise ArgumentError(f"`{name}` must be left out where samples are drawn, got {given}; leave it out.")

    @override
    def weights(self, task: Task, channels: int) -> str:
        usual = super().weights(task, channels)
        return usual if _is_noise_alone(task) else _PRIORS.get(channels, usual)

    @override
    def further_weights(self, name: str) -> tuple[str, ...]:
        return tuple(fine for coarse, fine in _FINE.items() if coarse == name)

    @override
    def applied(self, task: Task, denoiser: Denoiser) -> Denoiser:
        name = _PRIORS.get(denoiser.traits.channels or 0)
        if name is None or denoiser.traits.sigma_range != zoo.describe(name).sigma_range:
            return denoiser
        fine = zoo.load_denoiser(_FINE[name]).to(next(denoiser.parameters()).device)
        return HandedOver(denoiser, fine)

    @override
    def steps(self, task: Task) -> int:
        return 40

    @override
    def range_notes(self, task: Task, denoiser: Denoiser, level: float) -> list[str]:
        """Where the noise of the picture is more than the denoiser knows; all lower levels are on the way."""
        return task.range_notes(level, 0.0, denoiser.traits.sigma_range[1])

    @override
    def repeats(self) -> int:
        return self.samples

    @override
    def footprint(self, task: Task, shape: torch.Size) -> tuple[int, int]:
        """That of DPIR with one picture more, beside the samples."""
        rows, columns = task.canvas(*shape[1:])
        channels, factor = task.channels(shape[0]), task.scale()
        drawn = 2 * self.samples * channels * factor**2 * shape[1] * shape[2]
        running, between = Dpir().footprint(task, shape)
        more = 4 * (drawn + channels * rows * columns)
        return running + more, between + more

    @override
    def data_step_seconds(self, task: Task, shape: torch.Size, device: torch.device) -> float:
        if _is_noise_alone(task):
            return 0.0
        y = torch.linspace(0.1, 0.9, shape[-1], device=device).expand(1, *shape).contiguous()
        problem = task.problem(y, 0.01)
        x, data = problem.start(problem.y, problem.physics), _data_term(problem)
        started = time.perf_counter()
        data.prox(x, 0.01)
        return time.perf_counter() - started

    def solve(self, task: Task, y: Tensor, denoiser: Denoiser, level: Level, work: Work) -> Outcome:
        """Draw the samples one after the other.

        Raises:
            ArgumentError: the noise is not white and even.
        """
        if level.light is not None or level.camera is not None:
            raise ArgumentError(
                "`samples` must be left out where noise grows with brightness or goes on from pixel to pixel, got "
                f"{self.samples}; --noise gaussian takes it for white."
            )
        problem = task.problem(y, level.value)
        if _is_noise_alone(task):
            sampler = DenoisingSampler(denoiser, max(2, work.steps), self.samples, work.seed)
            samples = sampler.sample(problem.y, problem.physics.replace(noise=GaussianNoise(problem.sigma))).samples[0]
        else:
            samples = torch.stack([_drawn(task, problem, denoiser, work, number) for number in range(self.samples)])
        return Outcome(samples.mean(0, keepdim=True), Reason("all_steps", work.steps * self.samples), samples=samples)


def _is_noise_alone(task: Task) -> bool:
    """Whether the picture was measured pixel by pixel, so that nothing has to guide."""
    return task.artefact == "noise" and not task.inverts and task.hidden() is None


def first_level(task: Task) -> float:
    """The noise under which the first estimate of ``task`` lies, in image units."""
    missing = task.hidden()
    if missing is None:
        return _BLURRED
    seen = (~missing).float()[None, None]
    near = F.max_pool2d(seen, 2 * _NEAR + 1, 1, _NEAR)
    return _SCATTERED if bool((near > 0).all()) else _HOLE


def _data_term(problem: Problem) -> Proximable:
    noise = GaussianNoise(max(problem.sigma, _LEAST))
    data = likelihood(problem.physics.replace(noise=noise), problem.y)
    assert isinstance(data, Proximable)  # as those of all tasks are
    return data


def _drawn(task: Task, problem: Problem, denoiser: Denoiser, work: Work, number: int) -> Tensor:
    """Sample ``number`` (C, H, W)."""
    chains = Chains.seeded(work.seed, 1, number, device=problem.y.device)
    estimate = problem.start(problem.y, problem.physics)
    first = min(first_level(task), denoiser.traits.sigma_range[1])
    schedule = PowerSchedule(work.steps, mean=estimate, spread=0.0, sigma_max=first, sigma_min=_LAST)
    physics = problem.physics.replace(noise=GaussianNoise(max(problem.sigma, _LEAST)))
    guided = DiffPIR()(denoiser, physics, problem.y)
    x = schedule.start(estimate, chains)
    return problem.finish(DDIM(1.0)(guided, x, schedule.sigmas(), chains))[0]
