"""Patches: noise levels and sparse models."""

from collections.abc import Callable
from functools import partial

import torch

from kernel_rows import Row


def noise_level(channels: int, is_clipped: bool) -> Callable[[], object]:
    from preimage.denoisers import estimate_sigma

    rng = torch.Generator().manual_seed(0)
    ramp = torch.linspace(0, 1, 256)
    x = 0.5 + 0.4 * torch.sin(20 * ramp[:, None] * ramp) + 0.1 * torch.randn(4, channels, 256, 256, generator=rng)
    x = (x.clamp(0, 1) * 255).round() / 255 if is_clipped else x
    return lambda: estimate_sigma(x)


ROWS = [
    Row("Patch noise level of 4x3x256x256", 0.12, partial(noise_level, 3, False)),
    Row("Patch noise level of 4x1x256x256", 0.25, partial(noise_level, 1, False)),
    Row("Patch noise level of 4x3x256x256, 8 bits", 0.25, partial(noise_level, 3, True)),
]
