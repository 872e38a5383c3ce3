"""What an object holds, by name, where its kind says what that is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line asks for fields before it imports torch
    from torch import nn

__all__ = ["attributes_of", "fields_of"]


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, in their order; parts are not copied, unlike by ``dataclasses.asdict``."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def attributes_of(network: nn.Module) -> dict[str, Any]:
    """All that a network holds itself, by name: plain attributes, and PyTorch's tables of parameters and hooks."""
    return vars(network)
