"""An operation that PyTorch is asked to do with sharded tensors."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from preimage.distributed.placement import Placement
from preimage.errors import CapabilityError, ShapeError

__all__ = ["Call"]


@dataclass(frozen=True)
class Call:
    """One operation and its arguments, as ``__torch_function__`` is given them.

    Attributes:
        func: the operation.
        args, kwargs: its arguments.
        placed: the sharded tensors among them, and how they are shared.
    """

    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    placed: list[tuple[Tensor, Placement]]

    def run(self) -> Any:
        """What the operation gives of the parts of this process."""
        return self.func(*self.args, **self.kwargs)

    @property
    def name(self) -> str:
        """Its name, without underscores and the ``r`` or ``i`` of operators: ``add`` for ``__iadd__`` and ``add_``."""
        name: str = self.func.__self__.__name__ if self.is_getter or self.is_setter else self.func.__name__
        bare = name.strip("_")
        if name.startswith("__") and bare[:1] in ("r", "i") and bare[1:] in _OPERATORS:
            return bare[1:]
        return bare.removeprefix("linalg_")

    @property
    def is_getter(self) -> bool:
        """Whether an attribute is asked for."""
        return self.func.__name__ == "__get__"

    @property
    def is_setter(self) -> bool:
        """Whether an attribute is set."""
        return self.func.__name__ == "__set__"

    @property
    def x(self) -> Tensor:
        """The tensor that is worked on: the first that is sharded."""
        return self.placed[0][0]

    @property
    def place(self) -> Placement:
        """How that is shared."""
        return self.placed[0][1]

    @property
    def first(self) -> Placement | None:
        """How the first argument is shared; ``None`` where it is a plain tensor."""
        return self.place if self.args and self.args[0] is self.x else None

    def argument(self, position: int, name: str, otherwise: Any = None) -> Any:
        """An argument by its position or its name."""
        return self.args[position] if len(self.args) > position else self.kwargs.get(name, otherwise)

    def dim(self, position: int, name: str = "dim", otherwise: Any = None, more: int = 0) -> int:
        """A dimension among the arguments, from the first; ``more`` counts those that the operation adds."""
        return self.argument(position, name, otherwise) % (self.x.ndim + more)

    def broadcast_placement(self) -> Placement:
        """How the result is shared: as the sharded operands, which must agree, and beside which others are constant.

        Raises:
            ShapeError: they do not.
        """
        place, offset = self.place, self.place.dim - self.x.ndim
        most = 0
        for item in _tensors((*self.args, *self.kwargs.values())):
            most = max(most, item.ndim)
            theirs = next((where for tensor, where in self.placed if tensor is item), None)
            if theirs is None and item.ndim >= -offset and item.shape[offset] != 1:
                raise ShapeError(
                    f"`{self.name}` must have operands that are sharded alike, got a plain tensor of shape "
                    f"{tuple(item.shape)} beside {self.x!r}; shard it, too."
                )
            if theirs is not None and (theirs.mesh, theirs.dim - item.ndim, theirs.sizes) != (
                place.mesh,
                offset,
                place.sizes,
            ):
                raise ShapeError(f"`{self.name}` must have operands that are sharded alike, got {item!r}, {self.x!r}.")
        if "out" in self.kwargs or (self.func.__name__.endswith("_") and self.first is None and not self.is_getter):
            raise CapabilityError(f"`{self.name}` must make a new tensor of sharded ones, got one to write into.")
        return place.along(most + offset)


_OPERATORS = frozenset("add sub mul truediv div floordiv mod pow and or xor".split())  # noqa: SIM905


def _tensors(items: tuple[Any, ...]) -> list[Tensor]:
    return [item for item in items if isinstance(item, Tensor)]
