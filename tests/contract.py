"""The contract of an operator without what takes most of the time: tracing its graph."""

from typing import Any

import torch
from torch import Tensor

from preimage.physics import LinearPhysics, Physics
from preimage.testing._compare import require_close, rounding
from preimage.testing._properties import run_properties
from preimage.testing.linear import dense_properties
from preimage.testing.physics import physics_properties

__all__ = ["require_one_graph", "require_operator"]


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
    run_properties(part for part in parts if not part.name.startswith("compiled"))
    if is_traced:
        require_one_graph(physics, x)


def require_one_graph(physics: Physics, x: Tensor) -> None:
    """Require that ``A`` and, of a linear operator, ``A_adjoint`` compile to one graph, with equal results.

    Both are traced at once, which takes 15 % less than one after the other as ``check_physics`` and ``check_linear``
    do: what both have in common is wrapped once.
    """

    def both(x: Tensor) -> Any:
        y = physics.A(x)
        return (y, physics.A_adjoint(y)) if isinstance(physics, LinearPhysics) else (y, None)

    torch.compiler.reset()
    found, expected = torch.compile(both, fullgraph=True, backend="eager")(x), both(x)
    for value, like, what in zip(found, expected, ("A", "A_adjoint"), strict=True):
        if like is not None:
            require_close(value, like, rounding(torch.float32), physics, f"compiled {what}")
