"""What algorithms around another algorithm share."""

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeVar

from torch import Tensor
from typing_extensions import Self

from preimage.errors import CapabilityError
from preimage.optim.algorithm.base import Algorithm

T = TypeVar("T")


@dataclass(frozen=True)
class Wrapper(Algorithm):
    """An algorithm around ``algorithm``, whose state is in its own as ``inner``."""

    algorithm: Algorithm

    def prepare(self, f: Any, g: Any, x: Tensor) -> Self:
        """Prepare the inner algorithm."""
        return dataclasses.replace(self, algorithm=self.algorithm.prepare(f, g, x))

    @property
    def is_stationary(self) -> bool:
        """Whether the steps of the inner algorithm are the same map, too."""
        return super().is_stationary and self.algorithm.is_stationary

    def residual(self, old: Any, new: Any) -> Tensor:
        """That of the inner algorithm."""
        return self.algorithm.residual(old.inner, new.inner)

    def step_size_at(self, state: Any) -> Tensor | None:
        """That of the inner algorithm."""
        return self.algorithm.step_size_at(state.inner)


@dataclass(frozen=True)
class Nested:
    """A state around the state ``inner``, whose estimate and step counter it has."""

    inner: Any

    @property
    def x(self) -> Tensor:
        """The estimate of the inner state."""
        return self.inner.x

    @property
    def k(self) -> int:
        """The step counter of the inner state."""
        return self.inner.k


def require_algorithm(algorithm: Algorithm, capability: type[T], wrapper: object) -> T:
    """``algorithm``, once it is checked that it can be wrapped."""
    if not isinstance(algorithm, capability):
        raise CapabilityError(
            f"`algorithm` of {type(wrapper).__name__} must be a {capability.__name__}, got "
            f"{type(algorithm).__name__}; wrap another one."
        )
    return algorithm
