"""The light that clipped samples hide."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage.blocks.camera import Pulls
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.physics.blur import CameraPhysics
from preimage.physics.noise import GaussianNoise
from preimage.restore.frame.clipping import grow

__all__ = ["PULLS", "unclip_samples", "unclipping"]

PULLS = Pulls(least=1 / 255, times=3, passes=10, visible=5 / 255)
"""Data steps before the first, at a noise level of at least 1/255, and what light is worth a start of its own."""


def unclipping(y: Tensor, physics: CameraPhysics) -> Callable[[Tensor, float, float], Tensor]:
    """``(x, sigma, step) -> x``: :func:`unclip_samples` for ``y`` with noise of the level ``sigma``."""

    def unclip(x: Tensor, sigma: float, step: float) -> Tensor:
        return unclip_samples(x, y, physics.replace(noise=GaussianNoise(max(sigma, PULLS.least))), step)

    return unclip


def unclip_samples(x: Tensor, y: Tensor, physics: CameraPhysics, step: float) -> Tensor:
    """``x`` with the light that clipped samples of ``y`` hide, as far as the samples around them tell.

    A lamp many times brighter than the limit would otherwise be found too slowly by a few steps with a denoiser, and
    what it lacks would be made up for by ringing all over the picture. Data steps change the pixels under clipped
    samples alone. Where these do not go beyond the limits by more than can be seen, ``x`` stays.
    """
    limits = physics.limits
    if not limits.any:
        return x
    clipped = limits.clipped(y)
    under = grow(clipped if physics.window is None else physics.window.embed(clipped), x)
    f, found = ChannelwiseLikelihood(physics, y, passes=PULLS.passes), x
    for _ in range(PULLS.times):
        found = torch.where(under, f.prox(found, step), found)
    z = physics.A(found)
    dark, bright = (z - limits.low)[y <= limits.low], (z - limits.high)[y >= limits.high]
    excess = max(_rms(-dark.clamp_max(0)), _rms(bright.clamp_min(0)))
    return found if excess > PULLS.visible else x


def _rms(values: Tensor) -> float:
    return float(values.square().mean().sqrt()) if values.numel() else 0.0
