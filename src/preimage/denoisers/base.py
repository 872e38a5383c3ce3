"""The prior's workhorse: ``x = denoiser(x_noisy, sigma)``."""

import warnings

import torch
from torch import Tensor, nn

from preimage._shapes import per_image

__all__ = ["Denoiser", "NoiseRangeWarning", "check_sigma"]


class NoiseRangeWarning(UserWarning):
    """A denoiser is asked for a noise level it was not made for."""


class Denoiser(nn.Module):
    """Maps a noisy image and its noise level to an estimate of the clean image.

    ``forward(x, sigma)`` takes ``x`` of shape (B, C, H, W), nominally in [0, 1], and ``sigma``, the standard deviation
    of its white Gaussian noise in the same units, a float or a tensor of shape (B,).

    Subclasses set ``channels`` (the C they accept, or ``None`` for any), ``sigma_range`` (the levels they were built
    for), ``receptive_radius`` (how far, in pixels, an input can influence an output; ``None`` when unbounded) and
    ``stride`` (translations by a multiple of it commute with the denoiser away from the borders). The last two
    are what exact tiling of large images needs; where ``receptive_radius`` is ``None``, tiles overlap by twice
    ``blend`` pixels, over which they fade into each other.
    """

    channels: int | None = None
    sigma_range: tuple[float, float] = (0.0, float("inf"))
    receptive_radius: int | None = None
    stride: int = 1
    blend: int = 64

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        raise NotImplementedError


def with_noise_map(x: Tensor, sigma: float | Tensor) -> Tensor:
    """Append ``sigma`` to ``x`` as one more, constant, channel."""
    level = per_image(sigma, x)
    return torch.cat([x, level.expand(x.shape[0], 1, *x.shape[2:])], dim=1)


def with_trained_range(network: Denoiser, low: float, high: float) -> Denoiser:
    """Record the noise levels a network was trained on, so that its users can be told when they leave them."""
    network.sigma_range = (low, high)
    return network


def check_sigma(denoiser: Denoiser, sigma: float | Tensor) -> None:
    """Warn with :class:`NoiseRangeWarning` where ``sigma`` leaves the levels ``denoiser`` was made for.

    For the boundary of a method, which knows every level it is going to ask for; a network itself never checks.
    """
    levels = torch.as_tensor(sigma, dtype=torch.float64)
    lowest, highest = float(levels.min()), float(levels.max())
    low, high = denoiser.sigma_range
    slack = 1e-3 * max(low, 1 / 255)  # a level given in 1/255 is rounded
    if lowest < low - slack or highest > high + slack:
        asked = f"{lowest:.4g}" if lowest == highest else f"{lowest:.4g} to {highest:.4g}"
        warnings.warn(
            f"`sigma` should be in [{low:.4g}, {high:.4g}], the levels {type(denoiser).__name__} was made for, got "
            f"{asked} ({255 * highest:.3g}/255 at most); expect a poorer image, or take another denoiser.",
            NoiseRangeWarning,
            stacklevel=3,
        )
