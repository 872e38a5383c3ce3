"""Functions of this package that do on a sharded tensor what they do on a whole one, in their own way."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from preimage.distributed.call import Call
from preimage.distributed.collectives import every_partial
from preimage.distributed.differences import sharded_divergence, sharded_gradient, sharded_total_variation
from preimage.distributed.random_start import sharded_start
from preimage.kernels.pointwise.change import change_and_size
from preimage.physics.operator.start import random_start
from preimage.transform import divergence, gradient, total_variation

__all__ = ["OVERRIDES"]


def _change_and_size(call: Call) -> tuple[tuple[Tensor, Tensor], None]:
    """Both norms of the whole, from those of the parts."""
    norms = torch.stack(change_and_size(*call.args))
    whole = torch.linalg.vector_norm(every_partial(norms, call.place.mesh), dim=0)
    return (whole[0], whole[1]), None


def _autograd_grad(call: Call) -> tuple[Any, Any]:
    """Gradients are shared as what they are gradients of."""
    inputs = call.argument(1, "inputs")
    inputs = inputs if isinstance(inputs, (tuple, list)) else (inputs,)
    places = [next((place for tensor, place in call.placed if tensor is item), None) for item in inputs]
    return call.run(), places


OVERRIDES: Mapping[Any, Callable[[Call], tuple[Any, Any]]] = MappingProxyType(
    {
        change_and_size: _change_and_size,
        gradient: sharded_gradient,
        divergence: sharded_divergence,
        total_variation: sharded_total_variation,
        random_start: sharded_start,
        torch.autograd.grad: _autograd_grad,
    }
)
