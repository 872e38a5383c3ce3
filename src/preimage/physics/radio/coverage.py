"""Which spatial frequencies an array of antennas measures, and how they are weighted."""

import math
from typing import Literal

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.errors import ArgumentError, ShapeError

__all__ = ["equatorial", "imaging_weights", "uv_coverage", "uvw_coverage"]


def equatorial(antennas: Tensor, latitude: float) -> Tensor:
    """Places (A, 3) in the equatorial system: towards hour angle 0 on the equator, towards the east, and the pole.

    Args:
        antennas: places east, north and up of the site, in metres, (A, 3).
        latitude: latitude of the site in degrees.
    """
    east, north, up = antennas.unbind(-1)
    sine, cosine = (function(math.radians(latitude)) for function in (math.sin, math.cos))
    return torch.stack([up * cosine - north * sine, east, north * cosine + up * sine], -1)


def uv_coverage(
    antennas: Tensor, latitude: float, declination: float, hours: Tensor, wavelength: float, pixel: float
) -> Tensor:
    """The spatial frequencies ``uv`` of :class:`RadioInterferometry`: all pairs of antennas at all hours.

    In the picture north is up and east is left, as astronomers show the sky. A pair is counted once; the other
    direction of its baseline would give the complex conjugate.

    Args:
        antennas: places east, north and up of the site, in metres, (A, 3).
        latitude: latitude of the site in degrees.
        declination: declination of the centre of the field in degrees.
        hours: hour angles of the field at the times of the measurement, in hours, (T,).
        wavelength: wavelength in metres, > 0.
        pixel: size of a pixel in arc seconds, > 0.

    Shapes: (T A (A - 1) / 2, 2), cycles per pixel along rows and columns; all pairs of the first time come first.

    Raises:
        ArgumentError: ``wavelength`` or ``pixel`` is not positive.
        ShapeError: ``antennas`` is not (A, 3) with two or more.

    Source: Thompson, Moran & Swenson, "Interferometry and Synthesis in Radio Astronomy", equation 4.1.
    """
    return uvw_coverage(antennas, latitude, declination, hours, wavelength, pixel)[:, :2]


def uvw_coverage(
    antennas: Tensor, latitude: float, declination: float, hours: Tensor, wavelength: float, pixel: float
) -> Tensor:
    """What :func:`uv_coverage` gives, and in the third column baselines towards the field, in wavelengths: (..., 3).

    It is the ``uvw`` of :class:`WideFieldInterferometry`. ``antennas``, ``latitude``, ``declination``, ``hours``,
    ``wavelength``, ``pixel`` and the source are as for :func:`uv_coverage`.

    Raises:
        ArgumentError: ``wavelength`` or ``pixel`` is not positive.
        ShapeError: ``antennas`` is not (A, 3) with two or more.
    """
    check_level("wavelength", wavelength, "give it in metres")
    check_level("pixel", pixel, "give its size in arc seconds")
    if antennas.ndim != 2 or antennas.shape[1] != 3 or len(antennas) < 2:
        raise ShapeError(f"`antennas` must be (A, 3) with two or more, got {tuple(antennas.shape)}; give their places.")
    place = equatorial(antennas.double(), latitude)
    first, second = torch.triu_indices(len(place), len(place), 1)
    x, y, z = ((place[second] - place[first]) / wavelength).unbind(-1)
    angle = hours.double()[:, None] * (math.pi / 12)
    sine, cosine = (function(math.radians(declination)) for function in (math.sin, math.cos))
    u = angle.sin() * x + angle.cos() * y
    v = -sine * angle.cos() * x + sine * angle.sin() * y + cosine * z
    w = cosine * angle.cos() * x - cosine * angle.sin() * y + sine * z
    turn = math.radians(pixel / 3600)
    return torch.stack([-turn * v, -turn * u, w], -1).flatten(0, 1)


def imaging_weights(
    uv: Tensor,
    shape: tuple[int, int],
    kind: Literal["natural", "uniform", "briggs"],
    robust: float = 0.0,
    sigma: Tensor | None = None,
) -> Tensor:
    """Weights ``W_j`` of visibilities in a dirty map, (M,), of sum one: their square roots are ``weights``.

    "natural" is ``w = 1 / sigma^2``, for the least noise; "uniform" ``w / D``, with the sum ``D`` of the ``w`` in the
    cell of the grid of spatial frequencies (of ``1 / shape`` cycles per pixel), for the sharpest beam; "briggs"
    ``w / (1 + f^2 D)`` with ``f^2 = (5 10^-robust)^2 sum w / sum_cells D^2``, between both. Visibilities count in their
    cell and, conjugated, in the opposite one.

    Args:
        uv: spatial frequencies in cycles per pixel, (M, 2).
        shape: (H, W) of the image.
        kind: "natural", "uniform" or "briggs".
        robust: for "briggs", from -2 (nearly uniform) to 2 (nearly natural).
        sigma: noise level of each visibility, > 0, (M,); the same for all by default.

    Raises:
        ArgumentError: there is no such kind, or a noise level is not positive.

    Source: Briggs, "High fidelity deconvolution of moderately resolved sources", PhD thesis, 1995, chapter 3.
    """
    if kind not in ("natural", "uniform", "briggs"):
        raise ArgumentError(f"`kind` must be natural, uniform or briggs, got {kind!r}; name one of them.")
    natural = torch.ones(len(uv), dtype=torch.float64)
    if sigma is not None:
        check_level("sigma", sigma, "give the noise level of each visibility")
        natural = sigma.double() ** -2
    if kind == "natural":
        return natural / natural.sum()
    cells = [_cell(sign * uv.double(), shape) for sign in (1, -1)]
    density = torch.zeros(shape[0] * shape[1], dtype=torch.float64)
    for cell in cells:
        density = density.index_add(0, cell, natural)
    here = density[cells[0]]
    if kind == "uniform":
        weights = natural / here
    else:
        factor = (5 * 10**-robust) ** 2 * 2 * natural.sum() / (density**2).sum()
        weights = natural / (1 + factor * here)
    return weights / weights.sum()


def _cell(uv: Tensor, shape: tuple[int, int]) -> Tensor:
    """The number of the cell of each spatial frequency."""
    row = (uv[:, 0] * shape[0]).round().long().remainder(shape[0])
    column = (uv[:, 1] * shape[1]).round().long().remainder(shape[1])
    return row * shape[1] + column
