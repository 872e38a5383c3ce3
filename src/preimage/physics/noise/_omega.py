"""The Wright omega function of real numbers."""

import torch
from torch import Tensor


def wright_omega(t: Tensor) -> Tensor:
    """The ``w > 0`` with ``w + log w = t``, to rounding, by Newton's method; at least the smallest normal number.

    Source: Corless & Jeffrey 2002 (``w`` is Lambert's W of ``exp(t)``).
    """
    floor = torch.finfo(t.dtype).tiny
    # From the left of the root, or a little to its right where it is small.
    w = torch.where(t > 1, t - t.clamp_min(1).log(), t.clamp_max(1).exp()).clamp_min(floor)
    for _ in range(6):
        w = (w * (1 + t - w.log()) / (1 + w)).clamp_min(floor)
    return w
