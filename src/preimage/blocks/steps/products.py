"""Products of blocks, in double precision."""

import math

from torch import Tensor

__all__ = ["inner_product"]

_AT_ONCE = 2**18  # values that are held in double precision


def inner_product(a: Tensor, b: Tensor) -> float:
    """``sum(a b)``, added up in double precision, a part at a time.

    Args:
        a: real values.
        b: as many.
    """
    parts = zip(a.reshape(-1).split(_AT_ONCE), b.reshape(-1).split(_AT_ONCE), strict=True)
    return math.fsum(float(one.double().dot(other.double())) for one, other in parts)
