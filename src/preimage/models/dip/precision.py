"""When a network may be computed in bfloat16."""

import torch
from torch import Tensor

from preimage.models.dip.fit import Precision
from preimage.models.dip.networks.generator import Generator

__all__ = ["is_half"]

_AGREEMENT = 0.05  # of the range of a picture


def is_half(precision: Precision, network: Generator, z: Tensor) -> bool:
    """Whether ``network`` is to be computed in bfloat16; ``auto`` asks the processor, and compares two pictures."""
    if precision != "auto" or z.dtype != torch.float32:
        return precision == "bfloat16"
    if not _is_native(z.device):
        return False
    with torch.no_grad():
        exact = network(z)
        with torch.autocast(z.device.type, torch.bfloat16):
            rounded = network(z).to(exact.dtype)
    return bool((rounded - exact).abs().mean() <= _AGREEMENT * (exact.amax() - exact.amin()))


def _is_native(device: torch.device) -> bool:
    """Whether products in bfloat16 are faster than in float32 on this device."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()  # the emulation elsewhere is slower
