"""How improbable the sharpness of a picture is for a random phase."""

import math

import torch
from torch import Tensor

from preimage.metric.base import NoReferenceMetric
from preimage.metric.perceptual.brightness import brightness, check_picture

__all__ = ["SharpnessIndex"]

_ALMOST = 1 - 1e-14  # below 1, where the derivatives of the arc sine and of the root are infinite and cancel


class SharpnessIndex(NoReferenceMetric):
    """``-log10 P(TV(u * W) <= TV(u))``, with white Gaussian noise ``W`` of a variance of one over the pixels.

    ``TV`` is the sum of absolute differences of neighbours along both axes. ``u * W`` has the power spectrum of the
    picture ``u``, but no phases; where edges are sharp, the total variation of ``u`` is far below. ``TV(u * W)`` is
    taken for Gaussian; its mean and variance are closed forms. ``u`` is the periodic component of the picture, because
    edges between opposite borders would count else, so that every pixel is scored. Of RGB the brightness ``0.299 R +
    0.587 G + 0.114 B`` is scored. A constant picture has the value 0. A factor on the values and an offset change
    nothing. Ringing and noise lower the value, as blur does.

    Args:
        dequantized: move ``u`` by half a pixel in each direction first: differences of values that were rounded are
            often exactly zero, which looks sharp.

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real.

    Raises:
        ShapeError: the picture is complex, or neither grey nor RGB.

    Source: Blanchet, Moisan, "An explicit sharpness index related to global phase coherence", ICASSP 2012; Leclaire,
    Moisan, JMIV 52, 2015; the periodic component of Moisan, JMIV 39, 2011.
    """

    higher_is_better = True

    def __init__(self, dequantized: bool = True) -> None:
        super().__init__()
        self.dequantized = dequantized

    def forward(self, x: Tensor) -> Tensor:
        """The score of each image ``x``, (B,)."""
        check_picture(x, 2)
        if not len(x):  # of which there is no Fourier transform
            return x.new_zeros(0)
        spectrum = periodic_spectrum(brightness(x)[:, 0].double())
        if self.dequantized:
            spectrum = _moved_by_half(spectrum)
        deviation = standard_deviations_below(torch.fft.ifft2(spectrum).real)
        return (-torch.special.log_ndtr(-deviation) / math.log(10)).to(x.dtype)


def standard_deviations_below(u: Tensor) -> Tensor:
    """How far the total variation of periodic images (B, H, W) is below that of random phases; 0 of a constant.

    Args:
        u: float64.
    """
    mean, deviation = variation_of_random_phases(u)
    variation = sum(_difference(u, axis).abs().sum((1, 2)) for axis in (1, 2))
    return torch.where(deviation > 0, (mean - variation) / torch.where(deviation > 0, deviation, 1), -math.inf)


def variation_of_random_phases(u: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and the standard deviation of the total variation of ``u * W``, (B,) each.

    Args:
        u: periodic images (B, H, W), float64.
    """
    pair = [_difference(u, axis) for axis in (1, 2)]
    spectra = [torch.fft.rfft2(each) for each in pair]
    lengths = [each.square().sum((1, 2)).sqrt() for each in pair]
    mean = math.sqrt(2 / math.pi * u[0].numel()) * (lengths[0] + lengths[1])
    variance = torch.zeros_like(mean)
    for i, j, times in ((0, 0, 1), (0, 1, 2), (1, 1, 1)):
        scale = lengths[i] * lengths[j]
        overlap = torch.fft.irfft2(spectra[i].conj() * spectra[j], s=u.shape[1:])
        share = overlap / torch.where(scale > 0, scale, 1)[:, None, None]
        share = share.clamp(-_ALMOST, _ALMOST)
        excess = share * share.asin() + (1 - share.square()).sqrt() - 1
        variance = variance + times * scale * excess.sum((1, 2))
    return mean, (2 / math.pi * variance).clamp_min(0).sqrt()


def periodic_spectrum(u: Tensor) -> Tensor:
    """The Fourier transform of the periodic component of ``u`` (B, H, W): without the jumps between opposite borders.

    Args:
        u: float64.
    """
    height, width = u.shape[1:]
    jumps = torch.zeros_like(u)
    rows, columns = u[:, -1] - u[:, 0], u[:, :, -1] - u[:, :, 0]
    jumps[:, 0] += rows
    jumps[:, -1] -= rows
    jumps[:, :, 0] += columns
    jumps[:, :, -1] -= columns
    waves = [torch.cos(2 * math.pi * torch.arange(n, dtype=u.dtype, device=u.device) / n) for n in (height, width)]
    laplacian = 2 * waves[0][:, None] + 2 * waves[1] - 4
    laplacian[0, 0] = 1
    smooth = torch.fft.fft2(jumps) / laplacian
    smooth[:, 0, 0] = 0
    return torch.fft.fft2(u) - smooth


def _moved_by_half(spectrum: Tensor) -> Tensor:
    phases = [torch.fft.fftfreq(n, dtype=torch.float64, device=spectrum.device) * math.pi for n in spectrum.shape[1:]]
    return (
        spectrum
        * torch.polar(torch.ones_like(phases[0]), phases[0])[:, None]
        * torch.polar(torch.ones_like(phases[1]), phases[1])
    )


def _difference(u: Tensor, axis: int) -> Tensor:
    return u.roll(-1, axis) - u
