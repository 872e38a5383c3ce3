"""What a dish sees of each direction around the one that it looks at."""

import math
from typing import Literal

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage.errors import ArgumentError, ShapeError
from preimage.transform import bessel_j1

__all__ = ["primary_beam"]

_HALF_WIDTH = 1.0289938  # wavelengths by diameters between the two directions in which a uniform disk sees half


def primary_beam(
    shape: tuple[int, int],
    pixel: float,
    diameter: float | Tensor,
    wavelength: float | Tensor,
    kind: Literal["airy", "gaussian"] = "airy",
) -> Tensor:
    r"""The ``beam`` of :class:`RadioInterferometry`: the power that two equal dishes see together, 1 in the centre.

    With the distance ``l`` of a pixel from the centre of the field in direction cosines, ``D`` and ``w``:

    * "airy", of an evenly lit disk: ``(2 J1(a) / a)^2`` with ``a = pi D l / w``, zero for the first time at ``1.22 w /
      D``;
    * "gaussian": ``exp(-4 log(2) l^2 / h^2)`` with ``h = 1.029 w / D``, the same full width at half of the maximum,
      without side lobes.

    Real dishes are lit less at their border, which makes the beam 1.1 to 1.2 ``w / D`` wide: give a smaller diameter.
    Of several wavelengths each has its beam; gradients reach diameters and wavelengths.

    Args:
        shape: (H, W) of the image; the dish looks at pixel ``(H // 2, W // 2)``.
        pixel: size of a pixel in arc seconds, > 0.
        diameter: ``D`` in metres, > 0: a number, or (F,), one for each frequency.
        wavelength: ``w`` in metres, > 0, a number, or (F,).
        kind: "airy" or "gaussian".

    Shapes: (H, W); (F, H, W) if an argument is (F,).

    Raises:
        ArgumentError: a number is not positive, the field reaches the horizon, or there is no such kind.
        ShapeError: a tensor is neither a number nor (F,).

    Source: Thompson, Moran & Swenson, "Interferometry and Synthesis in Radio Astronomy", chapters 3 and 15.
    """
    if kind not in ("airy", "gaussian"):
        raise ArgumentError(f"`kind` must be airy or gaussian, got {kind!r}; name one of them.")
    check_number("pixel", pixel, "give its size in arc seconds")
    numbers = [_per_frequency(name, value) for name, value in (("diameter", diameter), ("wavelength", wavelength))]
    turn = math.radians(pixel / 3600)
    rows, columns = ((torch.arange(size, dtype=torch.float64) - size // 2) * turn for size in shape)
    distance = (rows[:, None] ** 2 + columns**2).sqrt()
    if float(distance.max()) >= 1:
        raise ArgumentError(f"`pixel` must keep the field before the horizon, got {pixel}; take smaller ones.")
    widths = distance * (numbers[0] / numbers[1])[..., None, None]
    if kind == "gaussian":
        beam = (-4 * math.log(2) / _HALF_WIDTH**2 * widths**2).exp()
    else:
        angle = (math.pi * widths).clamp_min(1e-4)  # 2 J1(a) / a = 1 - a^2 / 8 is one there
        beam = (2 * bessel_j1(angle) / angle) ** 2
    return beam.float()


def _per_frequency(name: str, value: float | Tensor) -> Tensor:
    check_number(name, value, "give it in metres")
    number = torch.as_tensor(value, dtype=torch.float64)
    if number.ndim > 1:
        raise ShapeError(f"`{name}` must be a number or (F,), got {tuple(number.shape)}; give one for each frequency.")
    return number
