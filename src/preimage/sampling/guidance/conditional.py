"""The image given a measurement, where all that is known otherwise is a Gaussian around a guess."""

from collections.abc import Callable

from torch import Tensor

from preimage._tree import Measurement, subtract
from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Proximable
from preimage.physics import LinearPhysics, Physics

__all__ = ["ConditionalMean", "conditional_mean"]

ConditionalMean = Callable[[Tensor, Tensor], Tensor]


def conditional_mean(physics: Physics, y: Measurement) -> ConditionalMean:
    """The map from a guess ``d`` and a variance ``r2`` to the most likely ``x0 ~ N(d, r2)`` given ``y``.

    It is the prox of ``r2 f`` at ``d`` with the negative log-likelihood ``f``. Under Gaussian noise the most likely
    image is the mean as well. Without noise it is the nearest image to ``d`` that gives ``y``.

    Args:
        physics: what made ``y``, with its noise.
        y: the measurements of a batch.

    Raises:
        CapabilityError: the likelihood has no prox.
    """
    if physics.noise.is_absent and isinstance(physics, LinearPhysics):
        return lambda d, r2: d + physics.A_dagger(subtract(y, physics.A(d)))
    f = likelihood(physics, y)
    if not isinstance(f, Proximable):
        raise CapabilityError(
            f"`physics` must have a likelihood with a prox, got {type(physics).__name__} with "
            f"{type(physics.noise).__name__}; take a guidance that needs gradients only, such as DPS."
        )
    return f.prox
