"""What a method of reconstruction is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import Self

from preimage.errors import ArgumentError
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.settings import ScanSettings
from preimage.solve import Reason

__all__ = ["Approach", "FoundImages", "Tell"]

Tell = Callable[[int], None]
"""``tell(step)``, called after each step of a piece."""


@dataclass(frozen=True)
class FoundImages:
    """Images (B, 1, ...) of a piece, and why the steps ended."""

    x: Tensor
    reason: Reason


@dataclass(frozen=True)
class Approach:
    """How images are found; a subclass says which options it takes.

    Attributes:
        steps: the steps of each piece, one where there are none.
        weight: the weight of the prior; ``None`` where it has none, or is still to be chosen.
    """

    steps: int = 1
    weight: float | None = None

    name: ClassVar[str]
    takes: ClassVar[frozenset[str]] = frozenset()
    """Options of those that not all methods have: ``steps``, ``weight``, ``sigma``, ``window``, ``subsets``, ..."""

    usual_steps: ClassVar[int] = 1

    @classmethod
    def of(cls, settings: ScanSettings) -> Self:
        """The method as ``settings`` ask for it.

        Raises:
            ArgumentError: a number is out of its range.
        """
        return cls(**cls.options(settings))

    @classmethod
    def options(cls, settings: Any) -> dict[str, Any]:
        """The arguments of the constructor."""
        if settings.steps is not None and settings.steps < 1:
            raise ArgumentError(f"`steps` must be at least 1, got {settings.steps}; leave it out for the usual number.")
        weight = settings.weight
        if isinstance(weight, float) and not weight > 0:
            raise ArgumentError(f"`weight` must be above 0, got {weight:g}; auto finds one.")
        return {
            "steps": settings.steps or cls.usual_steps,
            "weight": weight if isinstance(weight, float) else None,
        }

    @property
    def is_open(self) -> bool:
        """Whether something is still to be chosen by the data."""
        return "weight" in self.takes and self.weight is None

    def settled(self, piece: Piece) -> Self:
        """The same with what was still to be chosen as ``piece`` asks for it."""
        return replace(self, weight=self.choose_weight(piece))

    def choose_weight(self, piece: Piece) -> float:
        """The weight that the data ask for."""
        raise NotImplementedError

    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        """The images of a piece."""
        raise NotImplementedError
