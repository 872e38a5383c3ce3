"""How a tensor is shared among processes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from preimage.distributed.mesh import Mesh
from preimage.errors import ShapeError

__all__ = ["Placement"]


@dataclass(frozen=True)
class Placement:
    """Where the parts of a sharded tensor are.

    Attributes:
        mesh: the processes that hold them, in the order of the parts.
        dim: the dimension that is shared, counted from the first.
        sizes: the size of each part along it; ``None`` where the others' are not known here.
    """

    mesh: Mesh
    dim: int
    sizes: tuple[int, ...] | None

    @property
    def lengths(self) -> tuple[int, ...]:
        """The sizes, where they are known.

        Raises:
            ShapeError: they are not.
        """
        if self.sizes is None:
            raise ShapeError("`x` must be an image or a measurement shared by its rows, got the part of a stack.")
        return self.sizes

    @property
    def total(self) -> int:
        """The size of the whole along the dimension."""
        return sum(self.lengths)

    @property
    def start(self) -> int:
        """Where this process' part begins in the whole."""
        return sum(self.lengths[: self.mesh.rank])

    @property
    def stop(self) -> int:
        """Where this process' part ends in the whole."""
        return self.start + self.lengths[self.mesh.rank]

    def whole_shape(self, part: Sequence[int]) -> torch.Size:
        """The shape of the whole, of which this process has a part of the shape ``part``; that where not known."""
        known = part[self.dim] if self.sizes is None else self.total
        return torch.Size((*part[: self.dim], known, *part[self.dim + 1 :]))

    def along(self, dim: int) -> "Placement":
        """The same parts, with the dimension at another place."""
        return replace(self, dim=dim)
