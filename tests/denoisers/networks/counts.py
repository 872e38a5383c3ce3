"""Counting what a network has learned, without the memory for it."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from preimage import zoo


def parameters(make: Callable[[], nn.Module]) -> int:
    """How many numbers a network has."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in make().parameters())


def names(make: Callable[[], nn.Module]) -> set[str]:
    """The names of its checkpoint."""
    with torch.device("meta"):
        return set(make().state_dict())


def loads_what_it_saves(make: Callable[[], nn.Module], folder: Path) -> None:
    """Require that ``zoo.load_file`` reads a checkpoint of the network, from a plain file of tensors."""
    first, second = make(), make()
    torch.save(first.state_dict(), folder / "a.pth")
    loaded = zoo.load_file(folder / "a.pth", second)
    for name, value in loaded.state_dict().items():
        assert torch.equal(value, first.state_dict()[name]), name
