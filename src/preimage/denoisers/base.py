"""The prior's workhorse: ``x = denoiser(x_noisy, sigma)``."""

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._module import Module
from preimage._shapes import per_image
from preimage.denoisers.footprint import bytes_per_pixel

__all__ = ["Denoiser", "DenoiserWrapper", "NoiseRangeWarning", "Traits", "check_sigma", "stacked"]


class NoiseRangeWarning(UserWarning):
    """A denoiser is asked for a noise level it was not made for."""


@dataclass(frozen=True)
class Traits:
    """What a user of a denoiser needs to know.

    Args:
        channels: image channels that it accepts; ``None`` for any number.
        sigma_range: the noise levels it was built or trained for.
        receptive_radius: how far, in pixels, an input can influence an output; ``None`` where there is no bound.
        stride: translations by a multiple of it commute with the denoiser away from the borders.
        blend: where ``receptive_radius`` is ``None``, pixels over twice as many of which tiles fade into each other.
        tile: side of the tiles in which a large image is denoised where memory sets no bound, unless the device
            allows for another; see :meth:`Denoiser.usual_tile`.
    """

    channels: int | None = None
    sigma_range: tuple[float, float] = (0.0, float("inf"))
    receptive_radius: int | None = None
    stride: int = 1
    blend: int = 64
    tile: int = 1024


class Denoiser(Module):
    """Maps a noisy image and its noise level to an estimate of the clean image.

    ``forward(x, sigma)`` takes ``x`` of shape (B, C, H, W), nominally in [0, 1], and ``sigma``, the standard deviation
    of its white Gaussian noise in the same units, a float or a tensor of shape (B,).

    Attributes:
        traits: what its users need to know; a constructor sets it where the defaults do not hold.
    """

    traits: Traits = Traits()

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        raise NotImplementedError

    def bands(self, x: Tensor, sigma: float | Tensor) -> Iterator[Tensor]:
        """The same estimate in bands of rows, from the top, as they are ready: all at once, or several.

        A denoiser that computes a few rows at a time lets its user see how far it is.
        """
        yield self(x, sigma)

    def usual_tile(self) -> int:
        """Side of the tiles in which a large image is denoised on this device, where memory sets no bound."""
        return self.traits.tile

    def footprint(self) -> Callable[[int], int]:
        """The memory in bytes that a call on one square image needs, as a function of its side in pixels.

        It is in proportion to the pixels, and found by a call on a small image.
        """
        low, high = self.traits.sigma_range
        per_pixel = bytes_per_pixel(self, self.traits.channels or 1, max(low, min(0.1, high)))
        return lambda side: side**2 * per_pixel


class DenoiserWrapper(Denoiser):
    """A denoiser made of another one, with the traits and the footprint of that one.

    Args:
        denoiser: the one inside.
    """

    def __init__(self, denoiser: Denoiser) -> None:
        super().__init__()
        self.denoiser = denoiser
        self.traits = denoiser.traits

    def usual_tile(self) -> int:
        """That of the denoiser inside."""
        return self.denoiser.usual_tile()

    def footprint(self) -> Callable[[int], int]:
        """That of the denoiser inside."""
        return self.denoiser.footprint()


def stacked(bands: Iterable[Tensor], like: Tensor) -> Tensor:
    """Bands of rows, from the top, as one image of the shape of ``like``."""
    out, start = None, 0
    for band in bands:
        if band.shape == like.shape:
            return band
        out = torch.empty_like(like) if out is None else out
        out[..., start : start + band.shape[-2], :] = band
        start += band.shape[-2]
    return like.clone() if out is None else out


def with_noise_map(x: Tensor, sigma: float | Tensor) -> Tensor:
    """Append ``sigma`` to ``x`` as one more, constant, channel."""
    level = per_image(sigma, x)
    return torch.cat([x, level.expand(x.shape[0], 1, *x.shape[2:])], dim=1)


def check_sigma(denoiser: Denoiser, sigma: float | Tensor) -> None:
    """Warn with :class:`NoiseRangeWarning` where ``sigma`` leaves the levels ``denoiser`` was made for.

    For the boundary of a method, which knows every level it is going to ask for; a network itself never checks.
    """
    levels = torch.as_tensor(sigma, dtype=torch.float64)
    lowest, highest = float(levels.min()), float(levels.max())
    low, high = denoiser.traits.sigma_range
    slack = 1e-3 * max(low, 1 / 255)  # a level given in 1/255 is rounded
    if lowest < low - slack or highest > high + slack:
        asked = f"{lowest:.4g}" if lowest == highest else f"{lowest:.4g} to {highest:.4g}"
        warnings.warn(
            f"`sigma` should be in [{low:.4g}, {high:.4g}], the levels {type(denoiser).__name__} was made for, got "
            f"{asked} ({255 * highest:.3g}/255 at most); expect a poorer image, or take another denoiser.",
            NoiseRangeWarning,
            stacklevel=3,
        )
