"""Polynomials for the arctangent, for loops that the compiler turns into vector instructions."""

from typing import Any

import numpy as np
import torch

__all__ = ["AngleNumbers", "arctangent_numbers", "arctangent_series"]

# Within 2e-8 on [-1, 1]. Source: Abramowitz & Stegun, "Handbook of mathematical functions", 1964, 4.4.49.
_WIDE = (
    -0.3333314528,
    0.1999355085,
    -0.1420889944,
    0.1065626393,
    -0.07528964,
    0.0429096138,
    -0.0161657367,
    0.0028662257,
)
# Within 6e-9 of the value on [-1/2, 1/2]: the best of this degree, by the exchange algorithm of Remez.
_NARROW = (-0.33333236707301545, 0.19994319984150827, -0.14176137896216437, 0.10165382711497764, -0.05141407875070269)
# Within 4e-8 of it on [-0.28, 0.28], likewise: half of the rounding of single precision.
_NARROWEST = (-0.33332470320265795, 0.19932184584942506, -0.12749168125412644)

AngleNumbers = tuple[tuple[Any, ...] | None, tuple[Any, ...] | None, bool | None]


def arctangent_series(seen: float, largest: float) -> tuple[float, ...]:
    """``c_0 ... c_n`` of ``atan(x) = x (1 + c_0 x^2 + ... + c_n x^(2 n + 2))``.

    Args:
        seen: the bound of the ``|x|`` whose arctangents matter. Up to 0.28 there are three numbers, up to 1/2 five,
            else eight, for ``|x|`` up to 1.
        largest: the bound of all ``|x|``. Up to 1 the polynomials increase, so that what is beyond ``seen`` stays
            there; above 1 there are eight.
    """
    if largest > 1 or seen > 0.5:
        return _WIDE
    return _NARROWEST if seen <= 0.28 else _NARROW


def arctangent_numbers(dtype: torch.dtype, gain: float, seen: float, largest: float) -> AngleNumbers:
    """What ``gain atan(x)`` is computed by: ``(first, more, wide)``.

    They are ``gain`` times 1 and the numbers of the series, the first four and the others. ``wide`` is true if the
    series has eight: the arctangent of what is above 1 is that of the inverse. What is None or not is known when loops
    are compiled, which then have no branches; and numbers in a tuple cannot change while loops write.

    Args:
        dtype: float32, or float64, for which there are no numbers but ``(None, None, True)``: the function itself.
        gain: a factor.
        seen: the bound of the ``|x|`` whose arctangents matter.
        largest: the bound of all ``|x|``.
    """
    if dtype == torch.float64:
        return None, None, True
    series = arctangent_series(seen, largest)
    numbers = tuple(np.float32(gain * number) for number in (1.0, *series))
    return numbers[:4], numbers[4:] or None, True if series is _WIDE else None
