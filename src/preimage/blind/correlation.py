"""How far the noise of a picture goes on from pixel to pixel, and how strong it is."""

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["REACH", "Correlation", "correlation_kernel", "find_correlation"]

REACH = 4
"""The largest distance, in pixels, at which noise is looked for."""

_SIDE = 24  # of a place, pixels
_SMOOTH, _CLEAR = 0.3, 0.7  # the shares of places whose brightness changes least, and of these the least varied


@dataclass(frozen=True)
class Correlation:
    """The autocovariance of noise.

    Attributes:
        variance: that of a pixel.
        ratios: (2 REACH + 1, 2 REACH + 1), the covariance of two pixels this far apart, by the variance; one in the
            middle.
    """

    variance: float
    ratios: Tensor

    @property
    def is_white(self) -> bool:
        """Whether direct neighbours have less than an eighth of their noise in common."""
        middle = REACH
        near = self.ratios[middle - 1 : middle + 2, middle - 1 : middle + 2].clone()
        near[1, 1] = 0.0
        return float(near.abs().amax()) < 0.125


def find_correlation(y: Tensor) -> Correlation | None:
    """The autocovariance of the noise of ``y`` (C, H, W), from the third of its places that are smoothest.

    A place has 24 x 24 pixels of one channel, from which a plane is taken away. Smooth is one whose quarters differ
    least in brightness; of these the larger half, with the least variance, counts, where there is no texture. A plane
    takes along some of the noise itself: each product counts by what is left of it for white noise.

    Returns:
        ``None`` where there are fewer than four places.
    """
    height, width = (length // _SIDE for length in y.shape[-2:])
    if y.shape[0] * height * width < 4:
        return None
    places = y[:, : height * _SIDE, : width * _SIDE].double()
    places = places.unfold(1, _SIDE, _SIDE).unfold(2, _SIDE, _SIDE).reshape(-1, _SIDE, _SIDE)
    inside = (places.flatten(1).amin(1) > 0.01) & (places.flatten(1).amax(1) < 0.99)  # clipping hides noise
    places = places[inside] if int(inside.sum()) >= 4 else places
    quarters = torch.nn.functional.avg_pool2d(places[:, None], _SIDE // 2).flatten(1)
    order = (quarters.amax(1) - quarters.amin(1)).argsort()[: max(4, int(_SMOOTH * len(places)))]
    rest = _without_plane(places[order])
    variances = rest.square().mean((1, 2))
    chosen = rest[variances.argsort()[: max(3, int(_CLEAR * len(rest)))]]
    covariance = _products(chosen) / _white_products(y)
    middle = float(covariance[REACH, REACH])
    return None if middle <= 0 else Correlation(middle, (covariance / middle).float())


def correlation_kernel(ratios: Tensor) -> Tensor:
    """A symmetric kernel (side, side): white noise that it has filtered has these ``ratios``, as nearly as can be."""
    size = 32
    periodic = torch.zeros(size, size, dtype=torch.float64)
    reach = ratios.shape[0] // 2
    steps = torch.arange(-reach, reach + 1)
    periodic[(steps % size)[:, None], steps % size] = ratios.double()
    power = torch.fft.fft2(periodic).real.clamp_min(0)
    kernel = torch.fft.fftshift(torch.fft.ifft2(power.sqrt()).real)
    middle = size // 2
    cut = slice(middle - reach, middle + reach + 1)
    return kernel[cut, cut].float()


def _without_plane(places: Tensor) -> Tensor:
    """Places (N, side, side) less their best planes."""
    side = torch.linspace(-1, 1, _SIDE, dtype=places.dtype)
    down = side[:, None].expand(_SIDE, _SIDE)
    basis = torch.stack([torch.ones_like(down), down, down.T]).flatten(1)
    basis = basis / basis.norm(dim=1, keepdim=True)
    flat = places.flatten(1)
    return (flat - (flat @ basis.T) @ basis).reshape_as(places)


def _products(rest: Tensor) -> Tensor:
    """Mean products of pixels at each distance (2 REACH + 1, 2 REACH + 1)."""
    spectrum = torch.fft.fft2(rest, s=(2 * _SIDE, 2 * _SIDE))
    sums = torch.fft.ifft2((spectrum * spectrum.conj()).real.mean(0)).real
    steps = torch.arange(-REACH, REACH + 1)
    count = (_SIDE - steps.abs())[:, None] * (_SIDE - steps.abs())
    return sums[steps % (2 * _SIDE)][:, steps % (2 * _SIDE)] / count


def _white_products(y: Tensor) -> float:
    """What is left of the variance of white noise in a place without its plane."""
    return 1 - 3 / _SIDE**2
