"""When a network may be computed in bfloat16."""

import torch
from torch import Tensor

from preimage.machine.precision import multiplies_bfloat16
from preimage.models.dip.fit import Precision
from preimage.models.dip.networks.generator import Generator

__all__ = ["is_half"]

_AGREEMENT = 0.05  # of the range of a picture


def is_half(precision: Precision, network: Generator, z: Tensor) -> bool:
    """Whether ``network`` is to be computed in bfloat16; ``auto`` asks the processor, and compares two pictures."""
    if precision != "auto" or z.dtype != torch.float32:
        return precision == "bfloat16"
    if not multiplies_bfloat16(z.device):
        return False
    with torch.no_grad():
        exact = network(z)
        with torch.autocast(z.device.type, torch.bfloat16):
            rounded = network(z).to(exact.dtype)
    return bool((rounded - exact).abs().mean() <= _AGREEMENT * (exact.amax() - exact.amin()))
