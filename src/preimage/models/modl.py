"""MoDL: a denoiser and a least-squares step in turn."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from typing_extensions import Self

from preimage._ranges import check_level
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.functional import Proximable
from preimage.models._channels import through
from preimage.optim.algorithm import Algorithm
from preimage.optim.algorithm.base import require
from preimage.optim.algorithm.ranges import check_step
from preimage.optim.unrolled import GradientRule, Shared, Unrolled
from preimage.optim.variational import back_projection
from preimage.physics import NoNoise, Physics

__all__ = ["DenoiseThenFit", "MoDL"]


@dataclass(frozen=True)
class DenoiseThenFit(Algorithm):
    """``z = D(x, sigma)``, ``x <- argmin_u ||A u - y||^2 + weight ||u - z||^2``; ``D`` is in the place of the prior.

    Raises:
        ArgumentError: a number is out of its range.
    """

    weight: float | Tensor
    sigma: float | Tensor

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_step("weight", self.weight)
        check_level("sigma", self.sigma, "0.05 is the default", zero=True)

    @dataclass(frozen=True)
    class State:
        """The estimate and the step counter."""

        x: Tensor
        k: int = 0

    def prepare(self, f: Proximable, g: Denoiser, x: Tensor) -> Self:
        """Check that the data term, ``||A u - y||^2 / 2``, has a prox."""
        require(f, Proximable, "fidelity", self)
        return self

    def init(self, x: Tensor) -> State:
        """Start from ``x``."""
        return self.State(x)

    def step(self, f: Proximable, g: Denoiser, state: State) -> State:
        """The denoiser, then the data step."""
        z = through(g, state.x, self.sigma)
        return self.State(f.prox(z, 1 / torch.as_tensor(self.weight)), state.k + 1)


class MoDL(Unrolled):
    r"""``z_k = D(x_k)``, ``x_{k+1} = argmin_x ||A x - y||^2 + lambda ||x - z_k||^2``: one network and one ``lambda``.

    Both are shared by all steps and learned. The data step is the prox of the physics: closed where the physics has
    closed forms, else by conjugate gradients with implicit gradients. ``lambda`` weighs against ``A^H A``; the level of
    the noise does not enter.

    Args:
        denoiser: ``D``; for complex images of C channels a network of 2 C real channels.
        n_steps: number of steps, >= 1.
        weight: ``lambda`` at the start, > 0.
        sigma: the level that ``D`` is asked for, >= 0; networks like :class:`DnCNN` do not see it.
        init: ``(y, physics) -> x_0``; the publication's ``A^H y`` is the default where ``||A|| = 1``.
        gradient: how the loop is differentiated, as in :class:`Unrolled`.

    Raises:
        ArgumentError: a number is out of its range.
        CapabilityError: the physics, in a call, is not linear.

    Source: Aggarwal, Mani, Jacob, "MoDL: model-based deep learning architecture for inverse problems", TMI 2019.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        n_steps: int = 10,
        weight: float = 0.05,
        sigma: float = 0.05,
        init: Callable[[Measurement, Physics], Tensor] = back_projection,
        gradient: GradientRule | None = None,
    ) -> None:
        super().__init__(DenoiseThenFit(weight, sigma), denoiser, n_steps, [Shared("weight")], init, gradient)
        self.weight = weight
        self.sigma = sigma

    @property
    def denoiser(self) -> nn.Module:
        """``D``."""
        return self.priors[0]

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        return super().forward(y, physics.with_noise(NoNoise()))
