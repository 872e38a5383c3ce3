"""An array in memory whose axes have names."""

from dataclasses import dataclass

import numpy as np

from preimage.files.stacks.layout import Layout

__all__ = ["NamedArray"]


@dataclass(frozen=True)
class NamedArray:
    """Values, and what is known of them.

    Attributes:
        values: in C order.
        layout: their axes, spacing, units, and what else a file told.
    """

    values: np.ndarray
    layout: Layout

    @property
    def axes(self) -> str:
        """A letter for each axis, see :class:`preimage.files.stacks.layout.Layout`."""
        return self.layout.axes

    @property
    def spacing(self) -> tuple[float | None, ...]:
        """The distance of neighbouring values along each axis; ``None`` where nothing is told."""
        return self.layout.spacing

    @property
    def units(self) -> tuple[str, ...]:
        """The unit of each axis; empty where nothing is told."""
        return self.layout.units
