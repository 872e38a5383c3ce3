"""A polynomial for the arctangent, for loops that the compiler turns into vector instructions."""

from typing import Any

import numpy as np
import torch

__all__ = ["arctangent_numbers"]

# Within 2e-8 on [-1, 1]. Source: Abramowitz & Stegun, "Handbook of mathematical functions", 1964, 4.4.49.
_SERIES = (
    -0.3333314528,
    0.1999355085,
    -0.1420889944,
    0.1065626393,
    -0.07528964,
    0.0429096138,
    -0.0161657367,
    0.0028662257,
)


def arctangent_numbers(dtype: torch.dtype) -> Any:
    """``c_0 ... c_7`` of ``x (1 + c_0 x^2 + ... + c_7 x^16)``, as an array."""
    return np.array(_SERIES, torch.empty(0, dtype=dtype).numpy().dtype)
