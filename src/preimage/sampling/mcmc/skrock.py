"""Langevin sampling with long steps by Chebyshev polynomials."""

from dataclasses import dataclass

from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.sampling.chains import Chains
from preimage.sampling.mcmc.base import noise_of
from preimage.sampling.mcmc.langevin import LangevinKernel
from preimage.sampling.sampler.base import SamplerState

__all__ = ["SKROCK"]


@dataclass(frozen=True)
class SKROCK(LangevinKernel):
    """Stochastic orthogonal Runge-Kutta-Chebyshev: ``s`` gradients a step, which may be ``s^2`` times as long.

    Where the target is stretched, chains move on faster than with as many gradients of :class:`ULA`. Long steps shrink
    the variance in the directions of largest curvature, which is the smallest: the usual step to 0.7 of it, the longest
    to 0.1; directions of a hundredth of the curvature keep 0.99.

    Args:
        step_size: ``t`` > 0; by default 0.3 of the longest stable one, ``((s - 1/2)^2 (2 - 4 eta / 3) - 3/2) / L``.
        stages: ``s`` >= 2.
        damping: ``eta`` > 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Pereyra, Vargas Mieles, Zygalakis, "Accelerating proximal Markov chain Monte Carlo by using an explicit
    stabilized method", SIAM J. Imaging Sciences 13, 2020, algorithm 1.
    """

    stages: int = 10
    damping: float = 0.05

    def __post_init__(self) -> None:
        check_count("stages", self.stages, "10 is usual", least=2)
        check_level("damping", self.damping, "0.05 is usual")
        super().__post_init__()

    def stable_step(self, x: Tensor) -> float:
        """0.3 of the longest one."""
        longest = (self.stages - 0.5) ** 2 * (2 - 4 / 3 * self.damping) - 1.5
        return 0.3 * longest

    def step(self, f: Smooth, g: Smooth, state: SamplerState, chains: Chains) -> SamplerState:
        """As many gradients of each as there are stages."""
        assert self.step_size is not None
        t, noise = per_image(self.step_size, state.x), noise_of(chains, state.x, self.step_size)
        argument = 1 + self.damping / self.stages**2
        values, slope = _chebyshev(self.stages, argument)
        ratio = values[-1] / slope
        shifted = state.x + 0.5 * self.stages * ratio * noise
        first = ratio / argument
        before = state.x
        x = state.x - first * t * (f.grad(shifted) + g.grad(shifted)) + self.stages * first * noise
        for j in range(2, self.stages + 1):
            scale = values[j - 1] / values[j]
            moved = 2 * argument * scale * x - values[j - 2] / values[j] * before
            before, x = x, moved - 2 * ratio * scale * t * (f.grad(x) + g.grad(x))
        return SamplerState(x, state.k + 1)


def _chebyshev(order: int, argument: float) -> tuple[list[float], float]:
    """The Chebyshev polynomials of the orders 0 to ``order``, and the derivative of the last."""
    values, slopes = [1.0, argument], [0.0, 1.0]
    for _ in range(2, order + 1):
        slopes.append(2 * values[-1] + 2 * argument * slopes[-1] - slopes[-2])
        values.append(2 * argument * values[-1] - values[-2])
    return values, slopes[order]
