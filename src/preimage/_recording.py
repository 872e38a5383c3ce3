"""Derivatives by automatic differentiation, whatever is recorded outside."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from preimage._tree import leaves, tree_map

__all__ = ["leaf", "recorded", "slope"]


class _Copies(TorchFunctionMode):
    """Operations take copies of tensors made under ``inference_mode``, which themselves cannot be recorded."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args = tree_map(_usable, tuple(args))
        return func(*args, **{name: tree_map(_usable, value) for name, value in (kwargs or {}).items()})


def _usable(item: Any) -> Any:
    if isinstance(item, list):
        return [_usable(part) for part in item]
    return item.clone() if isinstance(item, Tensor) and item.is_inference() else item


@contextmanager
def recorded() -> Iterator[None]:
    """Gradients are recorded in the block, also under ``no_grad`` and ``inference_mode``."""
    with ExitStack() as stack:
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(_Copies())
        stack.enter_context(torch.enable_grad())
        yield


def leaf(x: Tensor) -> Tensor:
    """``x`` where it requires a gradient, else one like it that does; inside :func:`recorded`."""
    x = x.clone() if x.is_inference() else x
    return x if x.requires_grad else x.detach().requires_grad_()


def slope(function: Callable[[Any], Tensor], x: Any) -> tuple[Tensor, Any]:
    """``function(x)``, (B,), and its gradient, like the tensor or tuple ``x``.

    The gradient is itself recorded where gradients are recorded outside and ``x``, or anything else that ``function``
    uses, requires one.
    """
    outside = torch.is_grad_enabled()
    with recorded():
        point = tree_map(leaf, x)
        value = function(point)
        known = any(part.requires_grad for part in leaves(x)) or _has_other_leaves(value, leaves(point))
        gradients = iter(torch.autograd.grad(value.sum(), leaves(point), create_graph=outside and known))
        gradient = tree_map(lambda _: next(gradients), point)
    return value if outside and known else value.detach(), gradient


def _has_other_leaves(value: Tensor, points: list[Tensor]) -> bool:
    """Whether ``value`` was computed from a tensor that requires a gradient and is not, or not made of, ``points``."""
    nodes, seen = [value.grad_fn], set()
    while nodes:
        node = nodes.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node.name() == "torch::autograd::AccumulateGrad" and not any(node.variable is point for point in points):  # pyright: ignore[reportAttributeAccessIssue]
            return True
        nodes.extend(parent for parent, _ in node.next_functions)
    return False
