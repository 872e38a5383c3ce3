"""Skies for arrays of antennas."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import RadioInterferometry
from preimage.physics.radio import uv_coverage
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_radio_interferometry"]

_LATITUDE, _DECLINATION = 34.0, 40.0  # degrees
_LONGEST = 0.45  # cycles per pixel of the longest baseline


def build_radio_interferometry(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Antennas on three arms, twice as far apart at every third; pixels are as small as the longest baseline asks."""
    count, hours = given["antennas"], given["hours"]
    if count < 2:
        raise ArgumentError(f"`antennas` must be at least 2, got {count}; 27 are usual.")
    if not 0 < hours <= 24:
        raise ArgumentError(f"`hours` must be above 0 and up to 24, got {hours:g}; six are usual.")
    number = torch.arange(count)
    distance = 2.0 ** ((number // 3).double() / 2)
    angle = math.radians(5) + 2 * math.pi / 3 * (number % 3).double()
    places = torch.stack([distance * angle.sin(), distance * angle.cos(), 0 * distance], -1)
    times = torch.linspace(-hours / 2, hours / 2, max(2, round(4 * hours)))
    uv = uv_coverage(places, _LATITUDE, _DECLINATION, times, 1.0, 1.0)
    uv = uv * (_LONGEST / uv.abs().max())
    return Fitted(RadioInterferometry(uv.float(), (x.shape[-2], x.shape[-1])), x)
