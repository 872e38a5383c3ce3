from dataclasses import dataclass

import numpy as np
import pytest

from preimage.files.stacks.stored import Box


@dataclass(frozen=True)
class Held:
    """An array in memory, as blocks are read from."""

    values: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def read(self, box: Box) -> np.ndarray:
        return self.values[box]


def whole(array) -> np.ndarray:
    """All values of a block array."""
    return array.read(tuple(slice(0, size) for size in array.shape))


@pytest.fixture
def noise():
    return np.random.default_rng(0)
