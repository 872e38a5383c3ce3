"""What every Markov kernel is: a ``prepare``, an ``init`` and a ``step``."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.functional import Smooth
from preimage.sampling.chains import Chains
from preimage.sampling.sampler.base import SamplerState

__all__ = ["MarkovKernel", "noise_of", "require_smooth", "total_curvature"]


@dataclass(frozen=True)
class MarkovKernel:
    """One :meth:`step` of a chain whose law comes near ``exp(-f(x) - g(x))``, for a data term ``f`` and a prior ``g``.

    The state is a frozen dataclass of tensors, batch first, with the images as ``x`` and the step counter as ``k``.
    """

    def prepare(self, f: Any, g: Any, x: Tensor) -> Self:
        """A copy with everything filled in that follows from ``f`` and ``g`` on images like ``x``.

        Raises:
            CapabilityError: ``f`` or ``g`` lacks what the kernel needs.
        """
        raise NotImplementedError

    def init(self, f: Any, g: Any, x: Tensor) -> Any:
        """The state that starts from ``x``."""
        return SamplerState(x)

    def step(self, f: Any, g: Any, state: Any, chains: Chains) -> Any:
        """The state that follows, with the random numbers of ``chains``."""
        raise NotImplementedError


def require_smooth(kernel: MarkovKernel, functional: object, name: str) -> None:
    """Check that a functional, the ``name`` of the problem, has a gradient."""
    if not isinstance(functional, Smooth):
        raise CapabilityError(
            f"the {name} must be Smooth for {type(kernel).__name__}, got {type(functional).__name__}; take MYULA for a "
            "prior with a prox."
        )


def total_curvature(kernel: MarkovKernel, x: Tensor, *functionals: Smooth) -> Tensor:
    """The sum of the Lipschitz constants of the gradients on images like ``x``, (B,) or (1,).

    Raises:
        CapabilityError: one is unknown.
    """
    total = x.real.new_zeros(1)
    for functional in functionals:
        constant = functional.lipschitz(x)
        if constant is None:
            raise CapabilityError(
                f"`step_size` of {type(kernel).__name__} must be given where a Lipschitz constant is unknown, got a "
                f"{type(functional).__name__}; give step_size=..."
            )
        total = total + constant.to(total)
    return total


def noise_of(chains: Chains, x: Tensor, step_size: float | Tensor) -> Tensor:
    """``sqrt(2 step_size) n`` with ``n`` of variance one in each real number."""
    scale = (2 * per_image(step_size, x)).sqrt()
    return scale * chains.normal(x)
