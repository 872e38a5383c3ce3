"""Half a turn of parallel rays and its mirror image: a full turn, if it is mirrored about the axis."""

import math

import torch
from torch import Tensor

from preimage.physics.tomography.corrections.opposite import peak_of

__all__ = ["match_half_turn"]

_FINER = 8  # mirror images are tried at so many places a bin
_MARGIN = 2  # frequencies of the angle beyond the wedge that an object of finite size may have as well


def match_half_turn(y: Tensor, degrees: tuple[float, ...]) -> Tensor:
    """The bin, a fraction, about which half a turn of views ``y`` (B, C, V, K) is mirrored for the other half: (B,).

    Of a full turn around an object of radius ``r`` the Fourier coefficients at the frequency ``n`` of the angle and
    ``f`` of the distance vanish where ``n > 2 pi f r``. A displacement by ``L`` multiplies those of the mirror image by
    ``exp(2 pi i f L)``, so that the energy there is a trigonometric polynomial in ``L``; one transform gives all its
    values.
    """
    bins = y.shape[-1]
    half = _half_turn(y, degrees)
    views = half.shape[2]
    size = 2 * bins
    there = torch.fft.fft(torch.fft.rfft(half, size), n=2 * views, dim=2)
    mirrored = torch.fft.fft(torch.fft.rfft(half.flip(-1), size), n=2 * views, dim=2)
    n = torch.fft.fftfreq(2 * views, 1 / (2 * views), dtype=torch.float64, device=y.device)[:, None]
    f = torch.arange(bins + 1, dtype=torch.float64, device=y.device) / size
    outside = n.abs() > math.pi * f * bins + _MARGIN
    sign = torch.where(n.remainder(2) == 0, 1.0, -1.0)
    product = (there.conj() * mirrored * (sign * outside)).sum((1, 2))
    energy = torch.fft.irfft(product, _FINER * size).roll(_FINER * bins, -1)  # at displacements from -bins on
    score = -energy[:, _FINER:]
    return (bins - 1 - (peak_of(score) / _FINER + 1 - bins)) / 2


def _half_turn(y: Tensor, degrees: tuple[float, ...]) -> Tensor:
    """Views of the first half of the turn, as many and equally spaced: between those that were measured."""
    angle = torch.deg2rad(torch.tensor(degrees, dtype=torch.float64))
    angle, order = (angle - angle.min()).sort()
    order, angle = order[angle < math.pi - 1e-9], angle[angle < math.pi - 1e-9]
    count = len(angle)
    wanted = torch.arange(count, dtype=torch.float64) * (math.pi / count)
    after = torch.searchsorted(angle, wanted, right=True).clamp(1, max(count - 1, 1))
    part = ((wanted - angle[after - 1]) / (angle[after] - angle[after - 1])).clamp(0, 1)[:, None].to(y.device)
    before, behind = (y[:, :, order[i].to(y.device)] for i in (after - 1, after))
    return torch.lerp(before, behind, part)
