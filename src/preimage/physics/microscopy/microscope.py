"""Point spread functions of microscopes, from the pupil of the objective."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.blur.zernike import zernike

__all__ = ["Microscope"]

_MOST = 2048  # samples across the pupil
_AT_ONCE = 2**20  # samples of the pupils of several planes
_RINGS = 8  # of the pattern of a point, that stay away from the window, in wavelengths over na

Number = float | Tensor


@dataclass(frozen=True)
class Microscope:
    r"""An objective, and the refractive indices between it and a point of light.

    The field around the focus is the sum of plane waves that the pupil lets through (Debye),

        E(r, z) = sum_q  a(q)  exp(2 pi i (na / wavelength) q . r)  exp(2 pi i W(q, z) / wavelength),   |q| <= 1,

    with ``q = sin(theta) index / na``, the aplanatic amplitude ``a = cos(theta)^(-1/2)`` of waves on a grid in ``q``,
    and the path ``W``: defocus ``-z index cos(theta)``; aberrations; and where the sample has another index than the
    immersion, ``depth (sample_index cos(theta_s) - index cos(theta))`` for a point ``depth`` below the cover glass
    (Gibson & Lanni, of whose terms those of the cover glass vanish where it is the one the objective is made for).
    Waves beyond the critical angle of the sample are left out. Light is incoherent: ``psf = |E|^2``, summed over the
    three components of the field for both polarisations where ``vectorial`` (Richards & Wolf).

    All lengths are in one unit, usually micrometres. Numbers may be tensors of no dimension, and gradients reach them.

    Attributes:
        na: numerical aperture, 0 < na < index.
        wavelength: the wavelength of the light in vacuum, > 0.
        index: refractive index of the immersion, as 1.518 of oil, 1.33 of water.
        sample_index: that of the sample; the same by default.
        depth: distance of the point from the cover glass, >= 0.
        vectorial: with polarisation, which matters where ``na`` is above 0.7 or so.
        aberrations: coefficients of Zernike polynomials in wavelengths, root mean square, (J,).
        indices: Noll's numbers of these polynomials.
        samples: the least number of samples across the pupil; :meth:`psf` takes more where planes are wide or far from
            the focus, so that no copy of the light reaches them.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: there is not one coefficient for each polynomial.

    Source: Goodman, "Introduction to Fourier Optics"; Gibson & Lanni, JOSA A 8, 1991; Richards & Wolf, Proceedings of
    the Royal Society A 253, 1959; Noll, JOSA 66, 1976.
    """

    na: Number
    wavelength: Number
    index: Number = 1.518
    sample_index: Number | None = None
    depth: Number = 0.0
    vectorial: bool = False
    aberrations: Tensor = field(default_factory=lambda: torch.zeros(0))
    indices: Sequence[int] = ()
    samples: int = 128

    def __post_init__(self) -> None:
        """Require that numbers are in their ranges."""
        check_level("na", self.na, "give the numerical aperture")
        check_level("wavelength", self.wavelength, "give it in the unit of the voxels")
        check_level("index", self.index, "1.33 is water, 1.518 oil")
        check_level("sample_index", self.index if self.sample_index is None else self.sample_index, "1.33 is water")
        check_level("depth", self.depth, "give the distance from the cover glass", zero=True)
        check_count("samples", self.samples, "128 is usual", 8)
        na, index = (float(torch.as_tensor(number).detach()) for number in (self.na, self.index))
        if na >= index:
            raise ArgumentError(f"`na` must be below `index`, got {na:.4g} and {index:.4g}; no lens is wider.")
        if self.aberrations.shape != (len(self.indices),):
            raise ShapeError(
                f"`aberrations` must be one coefficient for each of `indices`, ({len(self.indices)},), got "
                f"{tuple(self.aberrations.shape)}."
            )

    def psf(self, shape: tuple[int, ...], voxel: float | tuple[float, ...]) -> Tensor:
        """The image of a point at the middle voxel, ``size // 2`` along each axis: float64, >= 0, of sum one.

        Args:
            shape: (H, W) for the plane of focus, or (D, H, W) for planes one behind the other.
            voxel: its size along each axis, or one size for all. With D, the first is the step of the stage; plane
                after plane the focus moves away from the cover glass, from where ``depth`` would be in the immersion.
        """
        if len(shape) not in (2, 3) or min(shape) < 1:
            raise ArgumentError(f"`shape` must be (H, W) or (D, H, W), got {tuple(shape)}; give its size.")
        sizes = tuple(voxel) if isinstance(voxel, (tuple, list)) else (voxel,) * len(shape)
        if len(sizes) != len(shape):
            raise ArgumentError(f"`voxel` must be one size, or {len(shape)}, got {voxel}; give one for each axis.")
        for size in sizes:
            check_level("voxel", size, "give its size in the unit of the wavelength")
        planes = _places(shape[0], sizes[0]) if len(shape) == 3 else torch.zeros(1, dtype=torch.float64)
        intensity = self._intensity(planes, _places(shape[-2], sizes[-2]), _places(shape[-1], sizes[-1]))
        return (intensity / intensity.sum()).reshape(shape)

    def _intensity(self, z: Tensor, y: Tensor, x: Tensor) -> Tensor:
        """``|E|^2`` at all of the places, (D, H, W)."""
        samples = max(self.samples, self._needed(z, y, x))
        grid = (torch.arange(samples, dtype=torch.float64) + 0.5) * (2 / samples) - 1
        scale = 2 * math.pi * torch.as_tensor(self.na, dtype=torch.float64) / self.wavelength
        down, across = (torch.polar(torch.ones(()).double(), scale * place[:, None] * grid) for place in (y, x))
        planes = []
        for part in z.split(max(1, _AT_ONCE // samples**2)):
            fields = torch.einsum("yp,cdpq,xq->cdyx", down, self._pupils(grid, part), across)
            planes.append((fields.real.square() + fields.imag.square()).sum(0))
        return torch.cat(planes)

    def _needed(self, z: Tensor, y: Tensor, x: Tensor) -> int:
        """How many samples keep copies of the light out of the window.

        Samples of the pupil repeat the field every ``samples wavelength / (2 na)``. What is out of focus spreads over a
        cone, of which the outermost hundredth of the aperture is left to itself where it is nearly flat.
        """
        na, wavelength, index, depth = (
            float(torch.as_tensor(number).detach()) for number in (self.na, self.wavelength, self.index, self.depth)
        )
        sample = index if self.sample_index is None else float(torch.as_tensor(self.sample_index).detach())
        steepest = [math.tan(math.asin(min(na / n, 0.99))) for n in (index, sample)]
        cone = float(z.abs().max()) * steepest[0] + (depth * max(steepest) if sample != index else 0.0)
        window = max(float(place.abs().max()) for place in (y, x))
        count = math.ceil(2 * na / wavelength * (window + cone + _RINGS * wavelength / na))
        if count > _MOST:
            raise ArgumentError(
                f"`shape` and `voxel` must need at most {_MOST} samples across the pupil, got {count}; take a smaller "
                "window or a shorter stack, and check that all lengths are in one unit."
            )
        return count

    def _pupils(self, grid: Tensor, z: Tensor) -> Tensor:
        """The waves in the pupil for each component of the field and each plane, (components, D, P, P)."""
        row, column = grid[:, None], grid[None, :]
        radius, angle = torch.hypot(row, column), torch.atan2(row.expand(len(grid), -1), column.expand(-1, len(grid)))
        sine = torch.as_tensor(self.na, dtype=torch.float64) * radius  # times the index
        sample = self.index if self.sample_index is None else self.sample_index
        inside = (radius <= 1) & (sine < torch.as_tensor(sample))
        cosine, in_sample = (_cosine(sine, index, inside) for index in (self.index, sample))
        path = -z[:, None, None] * (self.index * cosine) + self.depth * (sample * in_sample - self.index * cosine)
        waves = torch.zeros_like(radius)
        for weight, index in zip(self.aberrations, self.indices, strict=True):
            waves = waves + weight * zernike(index, radius, angle)
        phase = 2 * math.pi * (path / self.wavelength + waves)
        amplitude = torch.where(inside, cosine.rsqrt(), 0.0)
        pupil = torch.polar(amplitude.expand_as(phase), phase)
        if not self.vectorial:
            return pupil[None]
        return _polarised(cosine, angle)[:, None] * pupil


def _cosine(sine: Tensor, index: Number, inside: Tensor) -> Tensor:
    """``cos(theta)`` where ``index sin(theta)`` is given; one outside of the pupil, so that gradients are finite."""
    return torch.where(inside, 1 - (torch.where(inside, sine, 0.0) / index) ** 2, 1.0).sqrt()


def _polarised(cosine: Tensor, angle: Tensor) -> Tensor:
    """What the lens makes of light polarised along x, then along y: x, y and z of the field, (6, P, P)."""
    sine = (1 - cosine**2).clamp_min(0).sqrt()
    c, s = angle.cos(), angle.sin()
    mixed = (cosine - 1) * s * c
    along_x = (cosine * c**2 + s**2, mixed, -sine * c)
    along_y = (mixed, cosine * s**2 + c**2, -sine * s)
    return torch.stack([*along_x, *along_y]).to(torch.complex128)


def _places(count: int, size: float) -> Tensor:
    return (torch.arange(count, dtype=torch.float64) - count // 2) * size
