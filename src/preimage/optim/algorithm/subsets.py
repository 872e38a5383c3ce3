"""What ordered subsets share: the terms of a sum, and which one is next."""

from typing import Any

import torch

from preimage.functional import Summed

__all__ = ["draw_term", "terms_of"]


def terms_of(f: Any) -> tuple[Any, ...]:
    """``f_1, ..., f_n`` of a sum; ``f`` alone where it is none."""
    return f.terms() if isinstance(f, Summed) else (f,)


def draw_term(seed: int, k: int, count: int) -> int:
    """A uniform number in ``0 ... count - 1``, the same for every run of step ``k`` with this ``seed``."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + k)
    return int(torch.randint(count, (), generator=generator))
