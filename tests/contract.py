"""The contract of an operator without what takes most of the time: tracing its graph."""

import torch
from torch import Tensor

from preimage.physics import LinearPhysics, Physics
from preimage.testing._properties import run_properties
from preimage.testing.linear import dense_properties
from preimage.testing.physics import physics_properties

__all__ = ["require_operator"]


def require_operator(physics: Physics, x: Tensor, is_traced: bool = False) -> None:
    """Require what ``check_physics`` does, of a linear operator also what ``check_linear`` does.

    Args:
        physics: the operator.
        x: two or more tiny images.
        is_traced: whether ``torch.compile`` is tried as well. It takes ten times as long as all the rest, and for
            ``EXAMPLES`` it is done in ``tests/test_contracts.py``.
    """
    parts = [*physics_properties(physics, x, torch.Generator().manual_seed(0))]
    if isinstance(physics, LinearPhysics):
        parts += dense_properties(physics, x)
    run_properties(part for part in parts if is_traced or not part.name.startswith("compiled"))
