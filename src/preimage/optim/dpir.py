"""DPIR: plug-and-play restoration with a deep denoiser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from preimage._ranges import check_count, check_interval, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement, subtract
from preimage.denoisers import Denoiser, DenoiserWrapper, EquivariantDenoiser, ViewDenoiser
from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Proximable
from preimage.optim.algorithm import HQS, State
from preimage.optim.initial import Upsampled, filled_in, initial_image
from preimage.optim.prior.pnp import PnP
from preimage.optim.schedule import LogSchedule, Schedule
from preimage.physics import GaussianNoise, LinearPhysics, Physics
from preimage.physics.noise import Noise
from preimage.reconstructor import Reconstructor
from preimage.solve import Callback, Solution, iterate
from preimage.transform import Dihedral

__all__ = ["DPIR", "Annealing"]

_LEAST_NOISE = 0.255 / 255


@dataclass(frozen=True)
class Annealing:
    r"""The noise levels a denoiser is asked for: ``sigma_k`` from ``first`` down to ``max(floor, noise)``.

    Step ``k`` of half-quadratic splitting has the step size ``sigma_k^2 / weight``, so that the data term weighs
    ``rho_k = weight * noise^2 / sigma_k^2`` against it.

    Args:
        steps: number of steps, >= 1; with one step it is the last level.
        first: the first level, in image units, > 0.
        floor: the smallest last level, >= 0.
        weight: > 0; the published value is 0.23.
        mix: in [0, 1]; 1 for logarithmic spacing, 0 for linear.
        gain: how many units of the measurement one unit of the image makes, > 0: one where measurements are images, as
            in all presets; by default the norm of the operator, so that the unit of the measurement does not count.

    Raises:
        ArgumentError: a number is out of its range.
    """

    steps: int = 8
    first: float = 49 / 255
    floor: float = 0.0
    weight: float = 0.23
    mix: float = 1.0
    gain: float | None = None

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("steps", self.steps, "8 is the default")
        check_level("first", self.first, "49/255 is published")
        check_level("floor", self.floor, "zero leaves the level of the noise", zero=True)
        check_level("weight", self.weight, "0.23 is published")
        check_interval("mix", self.mix, "[0, 1]", "one is logarithmic, zero linear")
        if self.gain is not None:
            check_level("gain", self.gain, "give 1 where measurements are images, or None for the norm of the operator")

    def levels(self, noise: float | Tensor) -> LogSchedule:
        """``sigma_k`` for noise of standard deviation ``noise``, in image units."""
        last = noise.clamp_min(self.floor) if isinstance(noise, Tensor) else max(self.floor, noise)
        return LogSchedule(self.first, last, self.steps, self.mix)


class DPIR(Reconstructor):
    r"""Half-quadratic splitting between a Gaussian data term and a denoiser whose noise level decreases.

    ``v_k = argmin_v ||A v - y||^2 + rho_k ||v - x_{k-1}||^2``, ``x_k = denoiser(v_k, sigma_k)`` with
    ``rho_k = weight sigma^2 / sigma_k^2``; ``sigma`` is the standard deviation that ``physics`` gives its noise. In
    image units that is ``sigma / annealing.gain``, the last of the ``sigma_k``, or 0.255/255 where it is smaller.
    Presets carry the published settings: :meth:`denoising`, :meth:`deblurring`, :meth:`superresolution`,
    :meth:`inpainting`, :meth:`demosaicing`. Any linear physics with Gaussian noise will do.

    Args:
        denoiser: ``x = denoiser(x_noisy, sigma)``.
        annealing: the noise levels.
        init: ``(y, physics) -> x0``.
        clamp: whether to clip images to [0, 1] before the denoiser.
        write_back: whether to add ``A^+ (y - A x)`` at the end where there is no noise: pixels seen are returned as
            they were measured.
        averaging: geometric self-ensemble. Step ``k`` denoises under symmetry ``k mod 8`` of the square; with a single
            step, under all eight, and averages.

    Source: Zhang, Li, Zuo, Zhang, Van Gool, Timofte, "Plug-and-play image restoration with deep denoiser prior",
    TPAMI 2021, algorithm 1.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        annealing: Annealing | None = None,
        init: Callable[[Measurement, Physics], Tensor] = initial_image,
        clamp: bool = False,
        write_back: bool = False,
        averaging: bool = False,
    ) -> None:
        super().__init__()
        self.denoiser = denoiser
        self.annealing = Annealing() if annealing is None else annealing
        self.init = init
        self.clamp = clamp
        self.write_back = write_back
        self.averaging = averaging

    @classmethod
    def denoising(cls, denoiser: Denoiser, averaging: bool = False) -> "DPIR":
        """One call of the denoiser at the level of the noise."""
        return cls(denoiser, Annealing(steps=1, gain=1.0), averaging=averaging)

    @classmethod
    def deblurring(cls, denoiser: Denoiser, averaging: bool = False) -> "DPIR":
        """Eight steps, down to the level of the noise."""
        return cls(denoiser, Annealing(steps=8, gain=1.0), averaging=averaging)

    @classmethod
    def superresolution(cls, denoiser: Denoiser, factor: float, averaging: bool = False) -> "DPIR":
        """24 steps, down to ``max(factor/255, noise)``, from a bicubic interpolation."""
        annealing = Annealing(steps=24, floor=factor / 255, gain=1.0)
        return cls(denoiser, annealing, Upsampled(factor), averaging=averaging)

    @classmethod
    def inpainting(cls, denoiser: Denoiser, averaging: bool = False) -> "DPIR":
        """30 steps, down to ``max(1/255, noise)``, from an interpolation of the pixels seen.

        DPIR has no published setting for it; these are those of its predecessor IRCNN (Zhang et al. 2017).
        """
        return cls(denoiser, Annealing(steps=30, floor=1 / 255, gain=1.0), filled_in, True, True, averaging)

    @classmethod
    def demosaicing(cls, denoiser: Denoiser, averaging: bool = False) -> "DPIR":
        """40 steps, down to ``max(0.6/255, noise)``, from a bilinear interpolation (published: Malvar's filters)."""
        return cls(denoiser, Annealing(steps=40, floor=0.6 / 255, gain=1.0), filled_in, True, True, averaging)

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The restored image of each sample of ``y``."""
        return self.solve(y, physics).x

    def solve(
        self, y: Measurement, physics: Physics, callbacks: Sequence[Callback] = (), trace: bool = False
    ) -> Solution[State]:
        """The restored image, with the history of the steps; ``x`` is final, ``state`` the last step's.

        Args:
            trace: whether to note the data term ``-log p(y | x)`` and the denoiser's level in the history as well.

        Raises:
            CapabilityError: the physics is not linear or its noise not Gaussian.
        """
        floored, noise = _in_image_units(physics, y, self.annealing.gain)
        weight = self.annealing.weight
        hqs = HQS(_Squared(self.annealing.levels(noise), 1 / weight))
        f = likelihood(floored, y)
        assert isinstance(f, Proximable)  # the noise has been checked
        priors = [PnP(seen, weight) for seen in self._denoisers()]

        def traced(state: State) -> dict[str, Tensor]:
            value = f(state.x)
            level = torch.as_tensor(self.annealing.levels(noise).at(state.k - 1))
            return {"data_term": value, "sigma": level.reshape(-1).expand(len(value))}

        solution = iterate(
            lambda state: hqs.step(f, priors[state.k % len(priors)], state),
            hqs.init(self.init(y, physics)),  # held by nobody else: large images need the memory
            self.annealing.steps,
            callbacks=callbacks,
            monitor=traced if trace else None,
        )
        return replace(solution, x=_written_back(solution.x, y, floored, physics)) if self.write_back else solution

    def _denoisers(self) -> list[Denoiser]:
        denoiser = _Clamped(self.denoiser) if self.clamp else self.denoiser
        if not self.averaging:
            return [denoiser]
        if self.annealing.steps == 1:
            return [EquivariantDenoiser(denoiser)]
        return [ViewDenoiser(denoiser, Dihedral(), torch.tensor([index])) for index in range(8)]


class _Squared(Schedule):
    """``factor * levels^2``."""

    def __init__(self, levels: Schedule, factor: float) -> None:
        super().__init__()
        self.levels = levels
        self.factor = factor

    def at(self, k: int) -> float | Tensor:
        return self.factor * self.levels.at(k) ** 2


class _Clamped(DenoiserWrapper):
    """A denoiser that sees images clipped to [0, 1]."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return self.denoiser(x.clamp(0, 1), sigma)


def _written_back(x: Tensor, y: Measurement, operator: LinearPhysics, physics: Physics) -> Tensor:
    """``x + A^+ (y - A x)`` for the samples without noise."""
    sigma = per_image(_largest_noise(physics), x)
    return torch.where(sigma == 0, x + operator.A_dagger(subtract(y, operator.A(x))), x)


def _largest_noise(physics: Physics) -> float | Tensor:
    """The level of the noise, or the largest of a stack's."""
    return _joined(physics.noise, Tensor.amax)


def _joined(noise: Noise, join: Callable[[Tensor, int], Tensor]) -> float | Tensor:
    """The level of the noise, zero where it is not Gaussian; of a stack those of its sensors in one."""
    levels = [0.0 if part.gaussian_sigma is None else part.gaussian_sigma for part in noise.parts]
    return (
        levels[0] if len(levels) == 1 else join(torch.stack(torch.broadcast_tensors(*map(torch.as_tensor, levels))), 0)
    )


def _in_image_units(physics: Physics, y: Measurement, gain: float | None) -> tuple[LinearPhysics, float | Tensor]:
    """``physics`` with a noise level of at least 0.255/255 in image units, and that level (the smallest of a stack)."""
    others = [noise for noise in physics.noise.parts if noise.gaussian_sigma is None]
    if not isinstance(physics, LinearPhysics) or others:
        raise CapabilityError(
            f"`physics` must be linear with Gaussian noise or none, got {type(physics).__name__} with "
            f"{type((others or physics.noise.parts)[0]).__name__}; use Variational for others."
        )
    units = gain if gain is not None else _norm(physics, y)
    floored = physics.map_noise(lambda noise: _floored(noise, _LEAST_NOISE * units))
    return floored, _joined(floored.noise, Tensor.amin) / units


def _norm(physics: LinearPhysics, y: Measurement) -> Tensor:
    norm = physics.norm(physics.A_adjoint(y))
    return norm.where(norm > 0, 1).real


def _floored(noise: Noise, least: float | Tensor) -> GaussianNoise:
    sigma = noise.gaussian_sigma
    assert sigma is not None  # as _in_image_units has seen
    if isinstance(least, Tensor):
        return GaussianNoise(torch.as_tensor(sigma, dtype=least.dtype, device=least.device).maximum(least))
    return GaussianNoise(sigma.clamp_min(least) if isinstance(sigma, Tensor) else max(sigma, least))
