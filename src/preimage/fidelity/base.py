"""Data terms: the negative log-likelihood of the noise, seen as a functional of the image."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor
from typing_extensions import override

from preimage._shapes import check_float
from preimage._tree import Measurement, leaves
from preimage.fidelity.measured import Measured
from preimage.functional import Smooth
from preimage.physics import Physics

__all__ = ["Likelihood"]


class Likelihood(Smooth):
    """``f(x) = -log p(y | A(x))`` up to a constant: what the noise of ``physics`` says of ``x`` given ``y``.

    Entries of ``y`` that ``physics`` does not measure (outside a mask) count as zero, whatever they hold.

    Args:
        physics: ``A`` and its noise.
        y: the measurement.
        sensors: the data term of each sensor alone, where ``physics`` is a stack of some; :meth:`terms` gives them.

    Raises:
        ArgumentError: the noise never draws such a ``y`` (a negative count), or its level is zero.
    """

    def __init__(self, physics: Physics, y: Measurement, sensors: "Sequence[Likelihood]" = ()) -> None:
        super().__init__()
        for leaf in leaves(y):
            check_float(leaf, "y")
        measured = Measured.of(physics, y)
        self.physics = physics
        self._seen = measured.seen
        self.y = measured.y
        self.sensors = sensors

    @override
    def derive(self) -> Mapping[str, Any]:
        return {"_seen": self.physics.seen(self.y)}

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return self.physics.noise.nll(self.physics.A(x), self.y)

    def grad(self, x: Tensor) -> Tensor:
        """``J(x)^H grad nll(A(x))``."""
        z, pull = self.physics.pullback(x)
        return pull(self.physics.noise.grad(z, self.y))

    def value_and_grad(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both from one ``A(x)``."""
        z, pull = self.physics.pullback(x)
        return self.physics.noise.nll(z, self.y), pull(self.physics.noise.grad(z, self.y))

    def terms(self) -> tuple[Smooth, ...]:
        """The likelihood of each sensor of a stack alone; this one where there are none."""
        return tuple(self.sensors) or (self,)

    def curvature(self, x: Tensor) -> Tensor | None:
        """About how curved it is in the directions it sees best, (B,) or (1,), for images like ``x``; or ``None``."""
        return None

    def discrepancy(self, x: Tensor) -> Tensor:
        """``2 (nll(A(x), y) - min nll) / m`` for ``m`` real measurements, (B,): one on average at the true image.

        Exactly so for Gaussian noise, where it is ``mean |A(x) - y|^2 / sigma^2``; roughly so for Poisson noise, where
        it is the mean deviance. Sum and count are over what ``physics`` measures; zero if it measures nothing.

        Raises:
            CapabilityError: the noise is neither, so that one is not what to expect.
        """
        deviance = self.physics.noise.deviance(self.physics.A(x), self.y)
        return self.measured.mean(deviance)

    @property
    def measured(self) -> Measured:
        """The measurement, and which of its entries count."""
        return Measured(self.physics, self.y, self._seen)
