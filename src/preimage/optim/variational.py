"""Reconstruction as the minimiser of a data term plus a prior."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import CapabilityError
from preimage.functional import Smooth, Zero
from preimage.optim.algorithm import Algorithm
from preimage.physics import LinearPhysics, Physics
from preimage.physics.reconstructor import Reconstructor
from preimage.solve import Callback, Solution, iterate

__all__ = ["Variational", "back_projection"]


class Variational(Reconstructor):
    r"""``x_hat = argmin_x f(x) + g(x)`` by any algorithm, with ``f`` the data term and ``g`` the prior.

    Args:
        algorithm: how to minimise; steps it was not given come from ``f`` and ``g``.
        prior: ``g``, weight included; none by default. A :class:`PnP` prior makes this plug-and-play.
        fidelity: ``(physics, y) -> f``, such as :func:`L1`; by default the negative log-likelihood of the noise.
        init: ``(y, physics) -> x0``; by default the back-projection ``A^H y / ||A||^2`` of a linear physics.
        max_steps: the most steps.
        tol: a sample stops when its relative change is at most this; ``None`` runs exactly ``max_steps``.
    """

    def __init__(
        self,
        algorithm: Algorithm,
        prior: torch.nn.Module | None = None,
        fidelity: Callable[[Physics, Measurement], Smooth] | None = None,
        init: Callable[[Measurement, Physics], Tensor] | None = None,
        max_steps: int = 500,
        tol: float | None = 1e-5,
    ) -> None:
        super().__init__()
        self.algorithm = algorithm
        self.prior = Zero() if prior is None else prior
        self.fidelity = fidelity
        self.init = back_projection if init is None else init
        self.max_steps = max_steps
        self.tol = tol

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        return self.solve(y, physics).x

    def solve(self, y: Measurement, physics: Physics, callbacks: Sequence[Callback] = ()) -> Solution:
        """The reconstruction, and why it stopped.

        Raises:
            CapabilityError: the data term or the prior lacks what the algorithm needs.
        """
        f = physics.likelihood(y) if self.fidelity is None else self.fidelity(physics, y)
        x = self.init(y, physics)
        algorithm = self.algorithm.prepare(f, self.prior, x)
        return iterate(
            lambda state: algorithm.step(f, self.prior, state),
            algorithm.init(x),
            self.max_steps,
            self.tol,
            callbacks,
            algorithm.residual,
        )


def back_projection(y: Measurement, physics: Physics) -> Tensor:
    """``A^H y / ||A||^2``: for a linear physics, what one step of gradient descent from zero gives.

    Raises:
        CapabilityError: the physics is not linear.
    """
    if not isinstance(physics, LinearPhysics):
        raise CapabilityError(f"`init` must be given where the physics is not linear, got {type(physics).__name__}.")
    x = physics.A_adjoint(y)
    power = physics.norm(tuple(x.shape), x.real.dtype).to(x.device) ** 2
    return x / power.where(power > 0, 1).reshape(-1, *(1,) * (x.ndim - 1))
