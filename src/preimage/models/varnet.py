"""Variational networks: gradient steps with a learned correction each."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor, nn
from typing_extensions import Self

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.functional import Smooth
from preimage.models._channels import through
from preimage.optim.algorithm import Algorithm
from preimage.optim.algorithm.base import require, step_from_lipschitz
from preimage.optim.unrolled import GradientRule, Unrolled
from preimage.optim.variational import back_projection
from preimage.physics import NoNoise, Physics

__all__ = ["FitAndCorrect", "VarNet"]


@dataclass(frozen=True)
class FitAndCorrect(Algorithm):
    """``x <- x - t grad f(x) - R(x)``; the network ``R`` is in the place of the prior.

    Raises:
        ArgumentError: a number is out of its range.
    """

    step_size: float | Tensor | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate and the step counter."""

        x: Tensor
        k: int = 0

    def prepare(self, f: Smooth, g: nn.Module, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constant of ``f`` unless it is given."""
        require(f, Smooth, "fidelity", self)
        if self.step_size is not None:
            return self
        return dataclasses.replace(self, step_size=step_from_lipschitz(x, self, f))

    def init(self, x: Tensor) -> State:
        """Start from ``x``."""
        return self.State(x)

    def step(self, f: Smooth, g: nn.Module, state: State) -> State:
        """The gradient step and the correction, both at the same point."""
        assert self.step_size is not None  # prepare has filled it in
        fitted = state.x - per_image(self.step_size, state.x) * f.grad(state.x)
        return self.State(fitted - through(g, state.x), state.k + 1)


class VarNet(Unrolled):
    r"""``x_{k+1} = x_k - t_k A^H (A x_k - y) - R_k(x_k)`` with one network ``R_k`` and one step size per step.

    The level of the noise does not enter. ``R_k`` is any network that keeps the shape, such as
    ``conv_chain(2, 2, 32, [1] * 5)`` of :mod:`preimage.denoisers.blocks` or a :class:`preimage.denoisers.UNet`.

    Args:
        networks: ``R_k``, one per step; for complex images of C channels they take and give 2 C real channels.
        step_size: ``t_k`` at the start; by default ``1 / ||A||^2``, and the learned numbers are factors on it.
        init: ``(y, physics) -> x_0``; the publications' ``A^H y`` is the default where ``||A|| = 1``.
        gradient: how the loop is differentiated, as in :class:`Unrolled`.

    Raises:
        CapabilityError: the physics, in a call, is not linear.

    Source: Hammernik et al., "Learning a variational network for reconstruction of accelerated MRI data", MRM 2018,
    whose ``R_k`` are fields of experts; Sriram et al., "End-to-end variational networks for accelerated MRI
    reconstruction", MICCAI 2020, with UNets. Sensitivities of coils belong to the physics and are not learned here.
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        step_size: float | None = None,
        init: Callable[[Measurement, Physics], Tensor] = back_projection,
        gradient: GradientRule | None = None,
    ) -> None:
        several = nn.ModuleList(networks)
        super().__init__(FitAndCorrect(step_size), several, len(several), ["step_size"], init, gradient)
        self.step_size = step_size

    @property
    def networks(self) -> nn.ModuleList:
        """``R_k``."""
        return self.priors

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        return super().forward(y, physics.with_noise(NoNoise()))
