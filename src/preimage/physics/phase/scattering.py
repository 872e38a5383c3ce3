"""Waves scattered by an object."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number
from preimage._shapes import check_image
from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.phase.green import grid_kernel, pixel_weight, point_waves
from preimage.physics.phase.propagation import as_wave
from preimage.solve import bicgstab, checked_solution
from preimage.transform import fast_length
from preimage.transform.fourier import transformed

__all__ = ["BornScattering", "Scattering"]

# A direct solve of this many pixels costs what a few dozen steps of an iteration do, for any number of transmitters.
_DIRECT_PIXELS = 400
_ADVICE = "lower the contrast or the wave number, or measure with a smaller picture"


@dataclass(frozen=True)
class _Setup:
    """What the waves of one call have in common, in the precision of the image.

    Attributes:
        incident: the waves of the transmitters, (1 or B, T, H, W).
        receive: what a source in each pixel throws to each receiver, (1 or B, R, H W).
        kernel: what a source in a pixel throws to another, (1 or B, 2 H - 1, 2 W - 1).
    """

    incident: Tensor
    receive: Tensor
    kernel: Tensor


class _Waves(Physics):
    """Transmitters and receivers around an image."""

    transmitters: Tensor
    receivers: Tensor
    wavenumber: float | Tensor
    pixel_size: float

    def _setup(self, x: Tensor) -> _Setup:
        """Bessel functions in double precision."""
        shape = (x.shape[2], x.shape[3])
        k = torch.as_tensor(self.wavenumber, dtype=torch.float64, device=x.device).reshape(-1)
        sent, caught = (points.double() for points in (self.transmitters, self.receivers))
        incident = point_waves(sent, k, self.pixel_size, shape)
        receive = point_waves(caught, k, self.pixel_size, shape).flatten(2)
        receive = receive * pixel_weight(k, self.pixel_size)[:, None, None]
        kernel = grid_kernel(k, self.pixel_size, shape)
        return _Setup(*(part.to(x.dtype) for part in (incident, receive, kernel)))

    def _check(self) -> None:
        for name, points in (("transmitters", self.transmitters), ("receivers", self.receivers)):
            if points.ndim != 2 or points.shape[1] != 2:
                raise ShapeError(f"`{name}` must be (number, 2), rows and columns, got {tuple(points.shape)}.")
        check_number("wavenumber", self.wavenumber, "give 2 pi over the wavelength")
        check_level("pixel_size", self.pixel_size, "give the side of a pixel")


class Scattering(_Waves):
    r"""``y_tr = k^2 integral G(r_r, s) x(s) u_t(s) ds``: waves of transmitters, scattered by an object, at receivers.

    The total field solves the equation of Lippmann and Schwinger, ``u_t = G(., r_t) + k^2 G * (x u_t)``, for the
    two-dimensional Helmholtz equation with the contrast ``x = e - 1`` of a permittivity ``e`` (the squared index of
    refraction), polarised along the axis, or for the density of sound. ``G = (i / 4) H0(k r)``. Multiple scattering is
    included, which makes ``A`` nonlinear; see :class:`BornScattering` for weak objects.

    Pictures of up to 400 pixels are solved directly, larger ones by BiCGSTAB with FFTs, one system for each
    transmitter. The derivative is the adjoint-state method: the receivers send, by one solve more.
    For a disk of a wavelength, 20 pixels a wavelength inside of it give waves to one percent, 10 to three.

    Args:
        transmitters: rows and columns, in units of length, from the middle of the image, (T, 2); outside of it.
        receivers: likewise, (R, 2).
        wavenumber: ``k = 2 pi / wavelength``, a number or (B,).
        pixel_size: the side of a pixel, in the same unit.

    Shapes: ``x`` (B, 1, H, W), real, or complex with absorption as positive imaginary part; ``y`` complex, (B, T, R).

    Raises:
        ArgumentError: a wave number or a size is not positive.
        ShapeError: positions are not (number, 2).

    Warns:
        ConvergenceWarning: a field has not reached a relative residual of 1e-6 (1e-10 in float64) in 1000 steps.

    Source: Colton & Kress, "Inverse acoustic and electromagnetic scattering theory", chapter 8.
    """

    def __init__(
        self,
        transmitters: Tensor,
        receivers: Tensor,
        wavenumber: float | Tensor,
        pixel_size: float = 1.0,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        self.transmitters = transmitters
        self.receivers = receivers
        self.wavenumber = wavenumber
        self.pixel_size = pixel_size
        self._check()

    def A(self, x: Tensor) -> Tensor:
        """The scattered waves at the receivers."""
        contrast = _contrast(x)
        setup = self._setup(contrast)
        return _received(setup, contrast * _fields(setup.kernel, contrast, setup.incident))

    def total_field(self, x: Tensor) -> Tensor:
        """The field inside of the image for each transmitter, (B, T, H, W)."""
        contrast = _contrast(x)
        setup = self._setup(contrast)
        return _fields(setup.kernel, contrast, setup.incident)

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A(x)`` and ``v -> sum_t conj(u_t) q_t`` with ``q_t = S^H v_t + k^2 G^H (conj(x) q_t)``.

        ``S^H v`` is what the receivers send; the real part for a real ``x``.
        """
        contrast = _contrast(x)
        setup = self._setup(contrast)
        fields = _fields(setup.kernel, contrast, setup.incident)

        def pull(v: Measurement) -> Tensor:
            sent = (v.to(contrast.dtype) @ setup.receive.conj()).unflatten(2, tuple(x.shape[2:]))
            # The kernel is even, so that its adjoint is its conjugate.
            answers = _fields(setup.kernel.conj(), contrast.conj(), sent)
            pulled = (fields.conj() * answers).sum(1, keepdim=True)
            return pulled if x.is_complex() else pulled.real

        return _received(setup, contrast * fields), pull


class BornScattering(_Waves, LinearPhysics):
    r"""``y_tr = k^2 integral G(r_r, s) x(s) G(s, r_t) ds``: waves that are scattered once, by a weak object.

    The first term of :class:`Scattering` in the contrast ``x``; its error is of the order of ``x^2``.

    Args:
        transmitters: rows and columns, in units of length, from the middle of the image, (T, 2); outside of it.
        receivers: likewise, (R, 2).
        wavenumber: ``k = 2 pi / wavelength``, a number or (B,).
        pixel_size: the side of a pixel, in the same unit.
        shape: (H, W) of the image.

    Shapes: ``x`` (B, 1, H, W), complex (real ones are taken for complex ones); ``y`` complex, (B, T, R).

    Raises:
        ArgumentError: a wave number or a size is not positive.
        ShapeError: positions are not (number, 2); an image has another size.

    Source: Colton & Kress, "Inverse acoustic and electromagnetic scattering theory", chapter 8.
    """

    def __init__(
        self,
        transmitters: Tensor,
        receivers: Tensor,
        wavenumber: float | Tensor,
        shape: tuple[int, int],
        pixel_size: float = 1.0,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        self.transmitters = transmitters
        self.receivers = receivers
        self.wavenumber = wavenumber
        self.shape = shape
        self.pixel_size = pixel_size
        self._check()

    def A(self, x: Tensor) -> Tensor:
        """What the receivers see of the image lit by the transmitters."""
        contrast = _contrast(x)
        if tuple(x.shape[2:]) != tuple(self.shape):
            raise ShapeError(f"`x` must have shape (B, 1, {self.shape[0]}, {self.shape[1]}), got {tuple(x.shape)}.")
        setup = self._setup(contrast)
        return _received(setup, contrast * setup.incident)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """What the receivers send back, where the transmitters light."""
        like = as_wave(y[:, None], "y").new_empty((len(y), 1, *self.shape))
        setup = self._setup(like)
        sent = (y.to(like.dtype) @ setup.receive.conj()).unflatten(2, tuple(self.shape))
        return (setup.incident.conj() * sent).sum(1, keepdim=True)

    def seen(self, y: Measurement) -> None:
        """Every pair of a transmitter and a receiver."""
        return


def _contrast(x: Tensor) -> Tensor:
    check_image(x, spatial=(2,))
    if x.shape[1] != 1:
        raise ShapeError(f"`x` must have shape (B, 1, H, W), got {tuple(x.shape)}; give one contrast for each sample.")
    return as_wave(x)


def _received(setup: _Setup, sources: Tensor) -> Tensor:
    """The waves of sources (B, T, H, W) at the receivers, (B, T, R)."""
    return sources.flatten(2) @ setup.receive.mT


def _fields(kernel: Tensor, contrast: Tensor, incident: Tensor) -> Tensor:
    """The solutions ``u`` (B, T, H, W) of ``u - kernel * (contrast u) = incident``, each on its own."""
    batch, (rows, columns) = len(contrast), contrast.shape[2:]
    incident = incident.expand(batch, -1, -1, -1)
    if rows * columns <= _DIRECT_PIXELS:
        between = _between_pixels(kernel, rows, columns)
        system = torch.eye(rows * columns, dtype=kernel.dtype, device=kernel.device) - between * contrast.flatten(2)
        return torch.linalg.solve(system, incident.flatten(2).mT).mT.unflatten(2, (rows, columns))
    lengths = (fast_length(2 * rows - 1), fast_length(2 * columns - 1))
    spectrum = transformed(torch.fft.fft2, kernel, s=lengths)[:, None]

    def thrown(sources: Tensor) -> Tensor:
        wide = transformed(torch.fft.fft2, sources, s=lengths) * spectrum
        return transformed(torch.fft.ifft2, wide)[..., rows - 1 : 2 * rows - 1, columns - 1 : 2 * columns - 1]

    def apply(flat: Tensor) -> Tensor:
        u = flat.unflatten(0, tuple(incident.shape[:2]))
        return (u - thrown(contrast * u)).flatten(0, 1)

    def apply_adjoint(flat: Tensor) -> Tensor:
        u = flat.unflatten(0, tuple(incident.shape[:2]))
        return (u - contrast.conj() * thrown(u.conj()).conj()).flatten(0, 1)

    solution = bicgstab(apply, apply_adjoint, incident.flatten(0, 1))
    return checked_solution(solution, "The field of `Scattering`", _ADVICE).unflatten(0, tuple(incident.shape[:2]))


def _between_pixels(kernel: Tensor, rows: int, columns: int) -> Tensor:
    """The matrix of the convolution, (1 or B, H W, H W)."""
    row, column = (torch.arange(size, device=kernel.device) for size in (rows, columns))
    places = (row[:, None] - row + rows - 1)[:, None, :, None] * (2 * columns - 1)
    places = places + (column[:, None] - column + columns - 1)[None, :, None, :]
    return kernel.flatten(1)[:, places.flatten()].reshape(-1, rows * columns, rows * columns)
