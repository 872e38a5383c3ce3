"""Coincidences that a PET scanner counts."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_float, check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Noise, PoissonNoise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.stack import Stack, stack
from preimage.physics.pet.projector import PETScanner, projector_of
from preimage.physics.pet.resolution import blur_by_gaussian
from preimage.physics.pet.scanner import DetectorPairs, RingScanner
from preimage.physics.tomography import ParallelBeam
from preimage.physics.tomography.scan import access_order

__all__ = ["PET"]

_FWHM = math.sqrt(8 * math.log(2))  # of a Gaussian, in standard deviations


class PET(LinearPhysics):
    r"""``y ~ Poisson(efficiency * P (g * x) + background)``: counts of coincidences between pairs of detectors.

    ``P`` integrates the activity ``x`` along the line between two detectors, in the unit of ``x`` times that of length;
    ``g`` is the resolution; ``efficiency`` says how many of the pairs of photons are counted: normalisation (what
    detectors see, duration, dead time) times attenuation, which :meth:`attenuation_factors` computes. The background
    (randoms and scatter) belongs to the noise, ``PoissonNoise(1.0, background)``, in counts, so that MLEM, OSEM and
    every other method take the right likelihood: never subtract it from the counts.

    Entries of ``A`` are not negative, and ``A_adjoint`` is the exact transpose. ``A_adjoint`` of ones is the
    sensitivity image.

    Args:
        scanner: a :class:`RingScanner`, :class:`DetectorPairs` (lines of response one by one), or a
            :class:`ParallelBeam` for sinograms that were rebinned to parallel strips of equal width.
        shape: the size of the image, (H, W), or of a volume, (D, H, W); its middle is on the axis of the scanner.
        pixel: size of a pixel, in the unit of the lengths of ``scanner``; one for each axis in the order of ``shape``,
            or one for all. The unit is that of ``fwhm`` and of attenuation, too.
        efficiency: counts per pair of photons along a line, >= 0: a number, or a tensor that broadcasts to ``y``,
            (V, K) or (B, 1, V, K).
        fwhm: full width at half maximum of the resolution, a Gaussian on the image, in the unit of ``pixel``; 0 for
            none.
        noise: counts without background by default, ``PoissonNoise(1.0)``.

    Shapes: ``x`` (B, C, H, W), real; ``y`` (B, C, V, K) for V views of K bins. Volumes ``x`` (B, C, D, H, W) give ``y``
    (B, C, S, V, K) with a sinogram for each pair of rings, or for each of the D planes with a :class:`ParallelBeam`.
    ``y`` of L detector pairs is (B, C, L).

    Raises:
        ArgumentError: a number is out of its range, ``shape`` does not fit the scanner, or with a :class:`ParallelBeam`
            pixels are not square.
        ShapeError: an image, a measurement or ``efficiency`` has another shape, or is complex.

    Source: the model: Shepp & Vardi, IEEE Transactions on Medical Imaging 1, 1982; the resolution as part of it:
    Reader et al., IEEE Transactions on Nuclear Science 50, 2003.
    """

    def __init__(
        self,
        scanner: PETScanner,
        shape: tuple[int, ...],
        pixel: float | tuple[float, ...] = 1.0,
        efficiency: float | Tensor = 1.0,
        fwhm: float = 0.0,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(PoissonNoise(1.0) if noise is None else noise)
        if not isinstance(scanner, (ParallelBeam, RingScanner, DetectorPairs)):
            raise ArgumentError(f"`scanner` must be a RingScanner, DetectorPairs or ParallelBeam, got {scanner!r}.")
        if len(shape) not in (2, 3) or min(shape) < 1:
            raise ArgumentError(
                f"`shape` must be (H, W) or (D, H, W), got {tuple(shape)}; give the size of the image or volume."
            )
        check_level("fwhm", fwhm, "give the width of the resolution, or 0", zero=True)
        check_level("efficiency", efficiency, "give counts per pair of photons", zero=True)
        self.scanner = scanner
        self.shape = tuple(int(size) for size in shape)
        self.pixel = pixel
        sizes = _sizes(pixel, len(shape))
        if isinstance(scanner, ParallelBeam) and sizes[-1] != sizes[-2]:
            raise ArgumentError(f"`pixel` must be square in a plane for a ParallelBeam, got {pixel}; interpolate.")
        self.efficiency = efficiency
        self.fwhm = fwhm
        self._projector = projector_of(scanner, self.shape, sizes)
        self._sigmas = tuple(fwhm / _FWHM / size for size in sizes)

    def A(self, x: Tensor) -> Tensor:
        """The expected counts, without background."""
        check_image(x, spatial=(len(self.shape),))
        y = self._each(lambda image: self._projector.project(self._blurred(image)), x, "x", self.shape)
        return y * self._factor(y)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Each pair's value times its efficiency, on all that its line crosses, blurred: the exact adjoint."""
        check_float(y, "y")
        value = y * self._factor(y)
        return self._each(
            lambda part: self._blurred(self._projector.smear(part)), value, "y", self._projector.measured_shape
        )

    def attenuation_factors(self, mu: Tensor) -> Tensor:
        """The part of the photons that comes through, ``exp(-P mu)``: a factor of ``efficiency``.

        Args:
            mu: attenuation of photons of 511 keV per unit of length (water: 0.0096 per millimetre), shaped like ``x``.
        """
        check_image(mu, "mu", spatial=(len(self.shape),))
        return self._each(self._projector.project, mu, "mu", self.shape).neg().exp()

    def subsets(self, count: int) -> Stack:
        """The same measurement in ``count`` parts of every ``count``-th view, for OSEM, SART, SPDHG and SAGA.

        Parts that follow each other look from directions far apart; efficiency and background are taken apart, too.
        :meth:`split` takes a measurement apart alike. Detector pairs are taken in turn, whatever their directions.

        Raises:
            ArgumentError: there are fewer views than that.
        """
        views = self.scanner.views
        if not isinstance(count, int) or not 1 <= count <= views:
            raise ArgumentError(f"`count` must be an integer from 1 to the {views} views, got {count!r}; take fewer.")
        return stack(*(self._part(slice(first, None, count)) for first in access_order(count)))

    def split(self, y: Tensor, count: int) -> tuple[Tensor, ...]:
        """The parts of ``y`` that the operators of :meth:`subsets` measure."""
        return tuple(self._taken(y, slice(first, None, count)) for first in access_order(count))

    def _part(self, views: slice) -> "PET":
        noise, law, efficiency = self.noise, self.noise.counts, self.efficiency
        if law is not None and isinstance(law.background, Tensor) and law.background.ndim > 1:
            noise = noise.replace(background=self._taken(law.background, views))
        if isinstance(efficiency, Tensor):
            efficiency = self._taken(efficiency, views)
        return self.replace(scanner=self.scanner.take(views), efficiency=efficiency, noise=noise)

    def _taken(self, y: Tensor, views: slice) -> Tensor:
        axis = y.ndim - (1 if isinstance(self.scanner, DetectorPairs) else 2)
        return y if axis < 0 or y.shape[axis] == 1 else y[(slice(None),) * axis + (views,)]

    def _factor(self, y: Tensor) -> Tensor:
        factor = torch.as_tensor(self.efficiency, dtype=y.dtype, device=y.device)
        try:
            fits = torch.broadcast_shapes(factor.shape, y.shape) == y.shape
        except RuntimeError:
            fits = False
        if not fits:
            raise ShapeError(
                f"`efficiency` must broadcast to the measurement {tuple(y.shape)}, got {tuple(factor.shape)}; give one "
                "number for each pair of detectors."
            )
        return factor

    def _blurred(self, image: Tensor) -> Tensor:
        return blur_by_gaussian(image, self._sigmas) if self.fwhm else image

    def _each(self, function: Callable[[Tensor], Tensor], x: Tensor, name: str, shape: tuple[int, ...]) -> Tensor:
        """``function`` of all images of ``x`` at once."""
        if tuple(x.shape[2:]) != shape or x.is_complex():
            raise ShapeError(
                f"`{name}` must be real of shape (B, C, {', '.join(map(str, shape))}), got {tuple(x.shape)} of "
                f"{x.dtype}; give the scanner and the size of the image it was measured with."
            )
        wide = x if x.dtype == torch.float64 else x.float()
        return function(wide.flatten(0, 1)).unflatten(0, x.shape[:2]).to(x.dtype)


def _sizes(pixel: float | tuple[float, ...], dims: int) -> tuple[float, ...]:
    sizes = tuple(pixel) if isinstance(pixel, (tuple, list)) else (pixel,) * dims
    if len(sizes) != dims:
        raise ArgumentError(f"`pixel` must be a number, or {dims} as `shape` has, got {pixel}; give one for each axis.")
    for size in sizes:
        check_level("pixel", size, "give the size of a pixel in the unit of the scanner")
    return sizes
