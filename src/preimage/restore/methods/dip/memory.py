"""Memory for fitting a network to a picture, which cannot be done in tiles."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes
from preimage.models.dip import DeepImagePrior

__all__ = ["check_memory", "fit_bytes_per_pixel", "needed_bytes"]

# Measured: Python with torch, the weights four times, and what convolutions hold beside the feature maps.
_BASE = 480_000_000
# Measured on five of the published networks: peak of a step over the bytes of all feature maps (1.2 to 1.5).
_MAPS = 1.5
_PROBE = 128


def check_memory(prior: DeepImagePrior, channels: int, canvas: tuple[int, int], budget: int | None) -> None:
    """Refuse a picture whose fit does not stay within ``budget`` bytes.

    Args:
        canvas: rows and columns of the unknown picture.

    Raises:
        ArgumentError: it does not; the message names what would.
    """
    if budget is None:
        return
    each, needed = prior.fit.runs * fit_bytes_per_pixel(prior, channels), needed_bytes(prior, channels, canvas)
    if needed <= budget:
        return
    pixels = max(budget - _BASE, 0) / each
    smaller = f", or crop or reduce it to {math.floor(pixels / 1e4) / 100:.2f} megapixels" if pixels > 1e4 else ""
    fewer = "" if prior.fit.runs == 1 else ", take one run" if smaller else " or take one run"
    raise ArgumentError(
        f"`memory` must be at least {format_bytes(math.ceil(needed / 1e7) * 1e7)} to fit a network to {canvas[1]}x"
        f"{canvas[0]} pixels, which takes no tiles, got {format_bytes(budget)}; allow more{fewer}{smaller}."
    )


def needed_bytes(prior: DeepImagePrior, channels: int, canvas: tuple[int, int]) -> float:
    """The memory of the process: the runs go side by side."""
    return _BASE + prior.fit.runs * fit_bytes_per_pixel(prior, channels) * canvas[0] * canvas[1]


@torch.no_grad()
def fit_bytes_per_pixel(prior: DeepImagePrior, channels: int) -> float:
    """Memory that a step needs for a pixel: all feature maps are kept for the gradient."""
    held = 0

    def look(module: nn.Module, inputs: Any, output: Any) -> None:
        nonlocal held
        if isinstance(output, Tensor):
            held += output.numel() * output.element_size()

    with torch.random.fork_rng(devices=[]):
        inputs = prior.source.count(channels)
        network = prior.maker()(inputs, channels)
    for module in network.modules():
        if next(module.children(), None) is None:
            module.register_forward_hook(look)
    network(torch.zeros(1, inputs, *network.input_size(_PROBE, _PROBE)))
    return _MAPS * held / _PROBE**2 + 20 * channels  # and the pictures
