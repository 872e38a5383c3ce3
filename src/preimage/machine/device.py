"""The device that a user names."""

import torch

from preimage.errors import ArgumentError

__all__ = ["find_device"]


def find_device(name: str, advice: str = "auto") -> torch.device:
    """The device ``name``: ``cpu``, ``cuda``, ``mps``, or ``auto``, which is a GPU where there is one.

    Args:
        name: what the user wrote.
        advice: the name that the message proposes where the machine lacks ``name``.

    Raises:
        ArgumentError: there is no such device, or not on this machine.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device("cuda" if there["cuda"] else "mps" if there["mps"] else "cpu")
    if name not in there:
        raise ArgumentError(
            f"`device` must be auto, cpu, cuda or mps, got {name!r}; auto takes a GPU where there is one."
        )
    if not there[name]:
        raise ArgumentError(f"`device` must be one of this machine, got {name!r}, which it lacks; use {advice}.")
    return torch.device(name)
