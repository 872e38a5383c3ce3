"""Random numbers that follow from a seed and the number of a step, whatever was drawn before."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["seeded", "step_generator"]


def step_generator(seed: int, step: int) -> torch.Generator:
    """The generator of everything that is drawn in one step of a run.

    A run that was stopped goes on with the same numbers, because a step needs none of those of the steps before.
    """
    return torch.Generator().manual_seed(seed * 1_000_003 + step)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let the global generator of the CPU start from ``seed`` in the block, as initial weights do; then put it back."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
