"""The filters of filtered back-projection."""

import math
from typing import Literal, get_args

import torch
from torch import Tensor

from preimage.errors import ArgumentError

__all__ = ["Window", "check_window", "filter_views", "ramp"]

Window = Literal["ramp", "shepp-logan", "cosine", "hamming", "hann"]


def check_window(window: str) -> None:
    """Require the name of a window."""
    if window not in get_args(Window):
        raise ArgumentError(f"`window` must be one of {', '.join(get_args(Window))}, got {window!r}; name one of them.")


def ramp(count: int, step: float, sine: bool = False) -> Tensor:
    """The response to an impulse of the filter ``|f|`` up to the Nyquist frequency, at ``0 ... count - 1`` steps.

    Sampled in space, as here, the filter keeps the mean of a picture; ``|f|`` sampled in frequency loses some of it.

    Args:
        sine: bins are ``step`` radians apart, seen from the source: the distance ``x`` is ``sin x``.

    Source: Ramachandran & Lakshminarayanan, PNAS 68, 1971; for arcs: Kak & Slaney, chapter 3.4.1.
    """
    n = torch.arange(count, dtype=torch.float64)
    place = (n * step).sin() if sine else n * step
    response = torch.where(n % 2 == 1, -1 / (math.pi * place) ** 2, 0)
    response[0] = 1 / (4 * step**2)
    return response


def filter_views(p: Tensor, response: Tensor, step: float, window: Window, margin: int, finer: int) -> Tensor:
    """Views ``p`` (..., K) filtered, with ``margin`` bins more on both sides, at ``finer`` samples a bin.

    Sample ``finer (k + margin)`` of the result is at the middle of bin ``k``.

    Args:
        p: views, zero outside.
        response: the impulse response that :func:`ramp` gives, of K + 2 margin numbers at least.
        step: the distance of neighbouring bins.
        window: that the ramp is multiplied by in frequency.
        margin: bins on which the result is wanted where ``p`` is zero.
        finer: 2, so that linear interpolation between the samples hardly blurs; or 1, and the result is averaged over
            the width of a bin.
    """
    wanted = p.shape[-1] + 2 * margin
    size = _fast_size(2 * wanted - 1)
    kernel = torch.zeros(size, dtype=torch.float64)
    kernel[:wanted] = response[:wanted]
    kernel[size - wanted + 1 :] = response[1:wanted].flip(0)
    f = torch.linspace(0, 1, size // 2 + 1, dtype=torch.float64)
    spectrum = torch.fft.rfft(kernel).real * (finer * step) * _gain(window, f)
    if finer == 1:
        spectrum = spectrum * torch.sinc(f / 2)
    else:
        spectrum[-1] /= 2  # of the Nyquist frequency, which a finer grid counts twice
    padded = torch.nn.functional.pad(p, (margin, size - wanted + margin))
    filtered = torch.fft.rfft(padded) * spectrum.to(p.device, p.dtype)
    return torch.fft.irfft(filtered, n=finer * size)[..., : finer * (wanted - 1) + 1]


def _fast_size(least: int) -> int:
    """The smallest even number of at least ``least`` that is a power of two, or three or five of a lower power."""
    power = max(1, (least - 1).bit_length())
    return min(size for size in (1 << power, 3 << max(power - 2, 1), 5 << max(power - 3, 1)) if size >= least)


def _gain(window: Window, f: Tensor) -> Tensor:
    """The window at frequencies ``f`` in units of that of Nyquist."""
    match window:
        case "shepp-logan":
            return torch.sinc(f / 2)
        case "cosine":
            return (math.pi * f / 2).cos()
        case "hamming":
            return 0.54 + 0.46 * (math.pi * f).cos()
        case "hann":
            return 0.5 + 0.5 * (math.pi * f).cos()
        case _:
            return torch.ones_like(f)
