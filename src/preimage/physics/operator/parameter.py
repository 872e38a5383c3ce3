"""A parameter of a physics as an unknown of its own: found by its name, one for each image, and put back."""

from typing import Any

import torch
from torch import Tensor

from preimage._module import Module
from preimage.errors import ArgumentError
from preimage.physics.operator.base import Physics

__all__ = ["parameter_of_each", "with_parameter"]


def with_parameter(physics: Physics, name: str, theta: Tensor) -> Physics:
    """``physics`` with the parameter ``theta``, (B, ...), or (B, 1) where it is a number.

    Args:
        name: a field of the physics or of one of its parts.

    Raises:
        ArgumentError: there is no such field.
    """
    field = _field(physics, name)
    is_number = not isinstance(field, Tensor) or field.ndim <= 1
    return physics.replace(**{name: theta.flatten() if is_number else theta})


def parameter_of_each(physics: Physics, name: str, like: Tensor, batch: int) -> Tensor:
    """The parameter that ``physics`` holds, for each image: (B, ...), or (B, 1) where it is a number.

    Args:
        name: a field of the physics or of one of its parts.
        like: a tensor of the precision and on the device wanted.
        batch: how many images there are.

    Raises:
        ArgumentError: there is no such field, it is no number or tensor, or belongs to another number of images.
    """
    field = _field(physics, name)
    if not isinstance(field, (int, float, Tensor)):
        raise ArgumentError(f"`name` must name a number or a tensor, got {name!r}, a {type(field).__name__}.")
    theta = torch.as_tensor(field, device=like.device)
    theta = theta.to(like.real.dtype) if not theta.is_complex() else theta
    theta = theta.reshape(-1, 1) if theta.ndim <= 1 else theta
    if len(theta) not in (1, batch):
        raise ArgumentError(
            f"`{name}` must have the leading dimension 1 or {batch}, got {tuple(theta.shape)}; reshape it to "
            f"{(1, *theta.shape)}."
        )
    return theta.expand(batch, *theta.shape[1:]).clone()


def _field(value: Module, name: str) -> Any:
    """The field ``name`` of ``value``, or of the one of its parts that has it."""
    for part in value.modules():
        if isinstance(part, Module) and name in (fields := part.fields()):
            return fields[name]
    raise ArgumentError(f"`name` must be a field of {type(value).__name__} or of one of its parts, got {name!r}.")
