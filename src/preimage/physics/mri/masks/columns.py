"""What the sampling patterns that take whole columns have in common."""

import math

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics.parameters.base import ParameterGenerator

__all__ = ["ColumnMaskGenerator"]


class ColumnMaskGenerator(ParameterGenerator):
    """Patterns that take whole columns of k-space, those in the middle always: phase encoding along the last axis.

    Subclasses define :meth:`columns` and :attr:`numbers_of_frame`.

    Args:
        shape: (H, W), or (T, H, W) for films, whose frames are drawn one by one.
        acceleration: >= 1; ``round(W / acceleration)`` of ``W`` columns are taken.
        center_fraction: share of the columns that are taken in the middle, in [0, 1]; 0.32 / acceleration by default,
            which is 0.08 at 4 and 0.04 at 8.

    Raises:
        ArgumentError: the shape has other dimensions, a number is out of its range, or the middle alone is more than
            the acceleration allows.
    """

    def __init__(self, shape: tuple[int, ...], acceleration: float = 4.0, center_fraction: float | None = None) -> None:
        super().__init__()
        if len(shape) not in (2, 3) or min(shape) < 1:
            raise ArgumentError(f"`shape` must be (H, W) or (T, H, W), got {shape}; give the sizes of k-space.")
        if not 1 <= acceleration <= shape[-1]:
            raise ArgumentError(f"`acceleration` must be between 1 and {shape[-1]} columns, got {acceleration}.")
        self.shape = tuple(shape)
        self.acceleration = acceleration
        self.center_fraction = center_fraction
        if not 0 <= self._fraction <= 1 or self._middle > self._taken:
            raise ArgumentError(
                f"`center_fraction` must be at least 0 and leave the acceleration {acceleration}, got "
                f"{center_fraction}; {1 / acceleration:.3g} takes nothing but the middle."
            )

    @property
    def numbers(self) -> int:
        """Those of each frame."""
        return self.numbers_of_frame * math.prod(self.shape[:-2])

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """Random patterns, as the parameter ``mask``, whose rows are one in memory."""
        *frames, height, width = self.shape
        columns = self.columns(u.reshape(len(u) * math.prod(frames), self.numbers_of_frame))
        if self._middle:
            first = width // 2 - self._middle // 2
            columns[:, first : first + self._middle] = True
        mask = columns.double().view(len(u), 1, *frames, 1, width)
        return {"mask": mask.expand(len(u), 1, *frames, height, width)}

    @property
    def numbers_of_frame(self) -> int:
        """How many uniform numbers the columns of a frame are made of."""
        raise NotImplementedError

    def columns(self, u: Tensor) -> Tensor:
        """Which columns are taken of each frame, (F, W), of its numbers (F, ...); those in the middle are added."""
        raise NotImplementedError

    @property
    def _fraction(self) -> float:
        return 0.32 / self.acceleration if self.center_fraction is None else self.center_fraction

    @property
    def _middle(self) -> int:
        """How many columns are taken in the middle."""
        return round(self.shape[-1] * self._fraction)

    @property
    def _taken(self) -> int:
        """How many columns are taken in all."""
        return round(self.shape[-1] / self.acceleration)
