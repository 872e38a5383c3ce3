"""What ``benchmarks/physics.py`` times: every module of this folder has a list ``ROWS`` of :class:`Row`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["Row", "noise", "waves"]


@dataclass(frozen=True)
class Row:
    """An operator at a realistic size, and the floor below which it cannot be.

    Args:
        name: the class, and what is particular.
        make: the operator.
        x: makes the image.
        floor: makes a call that does only what cannot be left out, such as the bare transform of arrays of these sizes.
        floor_name: what that is.
        steps: a call of the floor stands for so many of them in ``A``, and as many in the adjoint.
    """

    name: str
    make: Callable[[], Any]
    x: Callable[[], Tensor]
    floor: Callable[[], Callable[[], object]]
    floor_name: str
    steps: float = 1.0


def noise(*shape: int) -> Tensor:
    """A real image of normal numbers."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def waves(*shape: int) -> Tensor:
    """A complex image of normal numbers."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.complex64)
