"""An array of several channels or times as stacks, and back."""

from dataclasses import dataclass
from math import prod

import numpy as np
from typing_extensions import Self

from preimage.files import Layout, Region, StoredArray

__all__ = ["StackSplit"]

_SPACE = "ZYX"


@dataclass(frozen=True)
class StackSplit:
    """How an array is made of stacks (Z, Y, X), or of planes where it has one plane only.

    Attributes:
        axes: a letter for each axis of the array.
        sizes: how many values there are along each.
    """

    axes: str
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, layout: Layout) -> Self:
        """That of an array whose last axes are rows and columns."""
        return cls(layout.axes[:-2] + "YX", layout.shape)

    @property
    def apart(self) -> str:
        """The axes whose values are stacks of their own."""
        return "".join(letter for letter in self.axes if letter not in _SPACE)

    @property
    def shape(self) -> tuple[int, ...]:
        """(Z, Y, X) of a stack; (Y, X) where Z is one, or not there."""
        space = tuple(self._size(letter) for letter in self.axes if letter in _SPACE)
        return space[1:] if len(space) == 3 and space[0] == 1 else space

    @property
    def count(self) -> int:
        """How many stacks there are."""
        return prod(self._size(letter) for letter in self.apart)

    @property
    def joined(self) -> tuple[int, ...]:
        """The shape of all stacks, one after the other, each with its planes, rows and columns."""
        return tuple(self._size(letter) for letter in self._order)

    def read(self, array: StoredArray, at: int) -> np.ndarray:
        """The stack at a place."""
        limits = [
            (0, size) if place is None else (place, place + 1)
            for place, size in zip(self.places(at), self.sizes, strict=True)
        ]
        return array.read(Region(tuple(limits))).reshape(self.shape)

    def places(self, at: int) -> tuple[int | None, ...]:
        """Where the stack at a place is, for each axis of the array; ``None`` for those that it has."""
        found = np.unravel_index(at, [self._size(letter) for letter in self.apart]) if self.apart else ()
        index = dict(zip(self.apart, (int(place) for place in found), strict=True))
        singles = {} if "Z" not in self.axes or len(self.shape) == 3 else {"Z": 0}
        return tuple((index | singles).get(letter) for letter in self.axes)

    def place_of(self, plane: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        """The stack that the plane at an index of the file's array is of, and which of its planes it is."""
        index = dict(zip(self.axes, plane, strict=False))
        sizes = [self._size(letter) for letter in self.apart]
        at = int(np.ravel_multi_index([index[letter] for letter in self.apart], sizes)) if sizes else 0
        return at, (index["Z"],) if len(self.shape) == 3 else ()

    def as_in_file(self, image: np.ndarray) -> np.ndarray:
        """``image``, of the shape ``joined``, with the axes in the order of the array."""
        return np.ascontiguousarray(image.transpose([self._order.index(letter) for letter in self.axes]))

    @property
    def _order(self) -> str:
        return self.apart + "".join(letter for letter in self.axes if letter in _SPACE)

    def _size(self, letter: str) -> int:
        return self.sizes[self.axes.index(letter)]
