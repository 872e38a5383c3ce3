"""The memory that a call of a network needs."""

from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["bytes_per_pixel"]

# Measured on DRUNet: peak of a call over the bytes of its largest feature map (5.4 to 7.7).
_MAPS = 8
_PROBE = 64


@torch.inference_mode()
def bytes_per_pixel(denoiser: nn.Module, channels: int, level: float) -> int:
    """Memory in bytes that one call needs for a pixel, from the largest feature map of a call on a small image.

    Args:
        denoiser: called with an image of so many ``channels`` and the noise ``level``.
    """
    largest = 0

    def look(module: nn.Module, inputs: Any, output: Any) -> None:
        nonlocal largest
        if isinstance(output, Tensor):
            largest = max(largest, output.numel() * output.element_size())

    parameter = next(denoiser.parameters(), torch.zeros(()))
    hooks = [module.register_forward_hook(look) for module in denoiser.modules()]
    try:
        denoiser(torch.zeros(1, channels, _PROBE, _PROBE, device=parameter.device), level)
    finally:
        for hook in hooks:
            hook.remove()
    return _MAPS * largest // _PROBE**2
