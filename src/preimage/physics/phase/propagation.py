"""How a wave travels: to a detector far away, or over a short distance."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import check_float, per_image
from preimage._tree import Measurement
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import CentredFourier, Fourier, Pixels
from preimage.transform.centred_fourier import centring_phases, turned
from preimage.transform.fourier import transformed

__all__ = ["FarField", "FresnelPropagation", "Propagation", "as_wave"]


class Propagation(LinearPhysics):
    """A unitary operator on complex waves (B, C, H, W): ``A^H A = A A^H = 1``, because free space takes no energy.

    Real waves are taken for complex ones. A subclass defines :meth:`diagonal`, with numbers of modulus one.

    Source: Goodman, "Introduction to Fourier Optics", chapter 3.
    """

    def A(self, x: Tensor) -> Tensor:
        """The wave where it arrives."""
        return super().A(as_wave(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """The wave travelled back, which is also the inverse."""
        return super().A_adjoint(as_wave(y, "y"))

    def first_phases(self, like: Tensor) -> Tensor | None:
        """The phases that ``A`` multiplies waves like ``like`` by before all else; ``None`` for none.

        Who multiplies by something anyway multiplies that, if it is smaller, and goes on with :meth:`after_phases`.
        """
        return None

    def after_phases(self, x: Tensor) -> Tensor:
        """``A`` without :meth:`first_phases`."""
        return self.A(x)

    def until_phases(self, y: Tensor) -> Tensor:
        """``A^H y`` without the conjugate of :meth:`first_phases`, by which it is multiplied last."""
        return self.A_adjoint(y)

    def seen(self, y: Measurement) -> None:
        """Every sample of ``y``."""
        return


class FarField(Propagation):
    """``A x = F x`` with the centred orthonormal Fourier transform: diffraction at a large distance (Fraunhofer).

    The direction straight ahead is sample ``floor(N / 2)`` of each axis. With a wavelength ``w``, pixels of the wave
    of size ``p`` and a detector at the distance ``z``, samples of the detector are ``w z / (N p)`` apart.

    Shapes: ``x`` (B, C, H, W), complex; ``y`` is like it.

    Source: Goodman, "Introduction to Fourier Optics", chapter 4.
    """

    def diagonal(self, like: Tensor) -> Diagonal:
        """One, between the detector and the spectrum."""
        one = torch.ones((), dtype=like.real.dtype, device=like.device)
        return Diagonal(Pixels(), CentredFourier(2), lambda: one)

    def A(self, x: Tensor) -> Tensor:
        """The centred spectrum of the wave."""
        return CentredFourier(2).analysis(as_wave(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """The wave with the centred spectrum ``y``, which is also the inverse."""
        y = as_wave(y, "y")
        return CentredFourier(2).synthesis(y, tuple(y.shape))

    def first_phases(self, like: Tensor) -> Tensor:
        """Those that bring the zero frequency into the middle."""
        return self._factors(like, 0)

    def after_phases(self, x: Tensor) -> Tensor:
        """The transform, and the phases that bring the origin of the wave into the middle."""
        spectrum = transformed(torch.fft.fft2, x, norm="ortho")
        return spectrum.mul_(self._factors(x, 1))  # nobody else has it

    def until_phases(self, y: Tensor) -> Tensor:
        """The inverse transform, with the origin of the wave in the middle."""
        y = as_wave(y, "y")
        return transformed(torch.fft.ifft2, self._factors(y, 1).conj() * y, norm="ortho")

    def _factors(self, like: Tensor, place: int) -> Tensor:
        """The phases before (0) or after (1) the transform, (H, W)."""
        phases = centring_phases((like.shape[-2], like.shape[-1]), like)[place]
        return turned(torch.ones((), dtype=like.dtype, device=like.device), phases)


class FresnelPropagation(Propagation):
    r"""``A x = F^-1 (exp(-i pi w z |f|^2) * F x)``: a wave travels over the distance ``z`` along its axis (Fresnel).

    ``f`` is the spatial frequency, in cycles per unit of length. The phase ``2 pi z / w`` that the whole wave gains is
    left out. Angles must be small (the term ``w^3 z |f|^4`` after the one taken is small), the picture repeats at its
    borders, and the phase must turn by less than half a turn from one frequency to the next, ``z <= N p^2 / w`` for
    ``N`` pixels of size ``p``: pad pictures whose wave would leave them.

    Args:
        distance: ``z``, a number or (B,), in the unit of length that all three have; negative back in time.
        wavelength: ``w`` > 0, a number or (B,).
        pixel_size: ``p`` > 0, a number or (B,).

    Shapes: ``x`` (B, C, H, W), complex; ``y`` is like it.

    Raises:
        ArgumentError: a wavelength or a size is not positive.
        ShapeError: a parameter is neither a number nor (B,).

    Source: Goodman, "Introduction to Fourier Optics", section 4.2.
    """

    def __init__(
        self,
        distance: float | Tensor,
        wavelength: float | Tensor,
        pixel_size: float | Tensor,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        if isinstance(distance, Tensor) and distance.ndim > 1:
            raise ShapeError(
                f"`distance` must be a number or (B,), got {tuple(distance.shape)}; stack operators for several."
            )
        check_number("wavelength", wavelength, "give it in the unit of the distance")
        check_number("pixel_size", pixel_size, "give it in the unit of the distance")
        self.distance = distance
        self.wavelength = wavelength
        self.pixel_size = pixel_size

    def diagonal(self, like: Tensor) -> Diagonal:
        """The transfer function, between spectra."""
        basis = Fourier(2, real=False)
        return Diagonal(basis, basis, lambda: self._transfer(like))

    def _transfer(self, like: Tensor) -> Tensor:
        """In double precision until angles have become numbers: there may be thousands of turns."""
        wide = torch.empty((like.shape[0], *(1,) * (like.ndim - 1)), dtype=torch.float64, device=like.device)
        z, w, p = (per_image(value, wide) for value in (self.distance, self.wavelength, self.pixel_size))
        rows, columns = (torch.fft.fftfreq(n, dtype=torch.float64, device=like.device) for n in like.shape[-2:])
        turns = [-math.pi * w * z / p.square() * f.square() for f in (rows[:, None], columns)]
        along = [torch.polar(torch.ones_like(angle), angle).to(as_wave(like).dtype) for angle in turns]
        return along[0] * along[1]


def as_wave(x: Tensor, name: str = "x") -> Tensor:
    """``x`` (B, C, H, W) as complex numbers."""
    check_float(x, name)
    if x.ndim != 4:
        raise ShapeError(f"`{name}` must have shape (B, C, H, W), got {tuple(x.shape)}; add the missing dimensions.")
    if x.is_complex():
        return x
    return x.to(torch.complex128 if x.dtype == torch.float64 else torch.complex64)
