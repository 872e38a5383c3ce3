"""Polynomials for the arctangent, for loops that the compiler turns into vector instructions."""

from typing import Any

import numpy as np
import torch

__all__ = ["arctangent_numbers"]

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


def arctangent_numbers(dtype: torch.dtype, largest: float) -> tuple[Any, bool | None]:
    """``c_0 ... c_n`` of ``x (1 + c_0 x^2 + ... + c_n x^(2 n + 2))``, as an array, and whether there are eight.

    Args:
        dtype: float32 or float64.
        largest: the bound of the numbers whose arctangents are asked for. Up to 1/2 there are five, which hold on
            [-1/2, 1/2], and the flag is None; else eight, which hold on [-1, 1].
    """
    numpy_type = torch.empty(0, dtype=dtype).numpy().dtype
    return (np.array(_NARROW, numpy_type), None) if largest <= 0.5 else (np.array(_WIDE, numpy_type), True)
