"""What ordered subsets share: the terms of a sum, and which one is next."""

from typing import Any

import torch

from preimage._draws import step_generator
from preimage.errors import CapabilityError
from preimage.functional import Smooth
from preimage.optim.algorithm.base import Algorithm

__all__ = ["DrawsTerms", "draw_term", "require_sum", "terms_of"]


class DrawsTerms(Algorithm):
    """An algorithm whose step looks at one term of a sum, drawn at random."""

    @property
    def is_stationary(self) -> bool:
        """False: the term is another one at each step."""
        return False


def terms_of(f: Any) -> tuple[Any, ...]:
    """``f_1, ..., f_n`` of a sum; ``f`` alone where it is none."""
    return f.terms() if isinstance(f, Smooth) else (f,)


def require_sum(f: Any, algorithm: object) -> None:
    """Check that ``f`` is a sum of terms, such as the data term of a stack."""
    if terms_of(f)[0] is f:
        raise CapabilityError(
            f"the fidelity must be a sum of terms for {type(algorithm).__name__}, got {type(f).__name__}; measure with "
            "a stack of operators, or choose another algorithm."
        )


def draw_term(seed: int, k: int, count: int) -> int:
    """A uniform number in ``0 ... count - 1``, the same for every run of step ``k`` with this ``seed``."""
    return int(torch.randint(count, (), generator=step_generator(seed, k)))
