"""Line integrals of images, as a tomograph measures them."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.projection import project, smear
from preimage.kernels.slabs import Slabs
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.stack import Stack, stack
from preimage.physics.tomography.fbp import filtered_back_projection
from preimage.physics.tomography.filters import Window
from preimage.physics.tomography.geometry import FanBeam, Geometry, ParallelBeam
from preimage.physics.tomography.rays import slabs_of
from preimage.physics.tomography.scan import access_order

__all__ = ["Tomography"]

Planewise = Callable[[Tensor, Slabs], Tensor]


class Tomography(LinearPhysics):
    """``A x`` is the integral of ``x`` along the ray to each detector bin, averaged over the width of the bin.

    Values are in the unit of the image times the unit of length: an image of attenuation per millimetre with pixels of
    ``pixel`` millimetres gives the logarithm of the loss of light. Pixels and bins have their full width: the
    distance-driven method weights each pixel by the part of it that a bin sees along its row (or column, whatever is
    more across the rays), so that with parallel rays no mass is lost: ``sum_k y_k spacing = sum x pixel^2`` for every
    view whose detector sees the whole image. Entries are not negative, as MLEM, OSEM, SART and SIRT ask.

    :meth:`A_dagger` is the pseudo-inverse, as for every operator; :meth:`fbp` the filtered back-projection.

    Args:
        geometry: :class:`ParallelBeam` or :class:`FanBeam`, which says how angles turn and bins count.
        shape: the shape of the image, (H, W); its middle is the axis of rotation.
        pixel: size of a pixel, in the unit of the lengths of ``geometry``.

    Shapes: ``x`` (B, C, H, W), real or complex; ``y`` (B, C, V, K) for V views of K bins.

    Raises:
        ArgumentError: ``pixel`` is not positive, ``shape`` has no pixels, or the source is inside the image.
        ShapeError: an image or a measurement has another shape.

    Source: De Man & Basu, "Distance-driven projection and backprojection in three dimensions", Physics in Medicine and
    Biology 49, 2004.
    """

    def __init__(
        self, geometry: Geometry, shape: tuple[int, int], pixel: float = 1.0, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        if not isinstance(geometry, (ParallelBeam, FanBeam)):
            raise ArgumentError(f"`geometry` must be a ParallelBeam or a FanBeam, got {geometry!r}; make one.")
        if len(shape) != 2 or min(shape) < 1:
            raise ArgumentError(f"`shape` must be (H, W), got {tuple(shape)}; give the size of the image.")
        check_level("pixel", pixel, "give the size of a pixel in the unit of the geometry")
        self.geometry = geometry
        self.shape = (int(shape[0]), int(shape[1]))
        self.pixel = pixel
        self._slabs = slabs_of(geometry, self.shape, pixel)

    def A(self, x: Tensor) -> Tensor:
        """The sinogram: line integrals of each channel."""
        check_image(x, spatial=(2,))
        return self._by_planes(project, x, "x", self.shape)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Each ray's value on all that it crosses: unfiltered back-projection, the exact adjoint."""
        check_image(y, "y", spatial=(2,))
        return self._by_planes(smear, y, "y", self._measured_shape)

    def seen(self, y: Tensor) -> Tensor:
        """The bins whose rays meet the image."""
        return self.A(torch.ones(1, 1, *self.shape, dtype=y.real.dtype, device=y.device)) > 0

    def fbp(self, y: Tensor, window: Window = "ramp") -> Tensor:
        """The filtered back-projection of ``y``: the image whose line integrals are ``y``, where views are enough.

        Values are those of the image: whatever the number and order of views, each counts for the directions between
        it and its neighbours. Views that are missing (a limited angle) count as zero. Lines that are measured twice
        share their weight: in a full turn, in a short scan by a fan (half a turn and the width of the fan), and where
        the middle of the detector is far from the axis. Pixels beyond the circle that
        the detector sees are zero. Where a half turn has fewer views than half the number of bins, filtered views are
        averaged over the width of a bin, which damps the streaks of few views.

        Args:
            y: as :meth:`A` gives it.
            window: that the ramp is multiplied by in frequency, against noise: ``ramp`` is none, and the sharpest;
                ``shepp-logan``, ``cosine``, ``hamming`` and ``hann`` are smoother in this order.

        Source: Kak & Slaney, "Principles of computerized tomographic imaging", 1988, chapter 3; for an axis beside the
        middle ray: Gullberg, Crawford & Tsui, IEEE Transactions on Medical Imaging 5, 1986.
        """
        check_image(y, "y", spatial=(2,))

        def reconstruct(planes: Tensor, _: Slabs) -> Tensor:
            return filtered_back_projection(planes, self.geometry, self.shape, self.pixel, window)

        return self._by_planes(reconstruct, y, "y", self._measured_shape)

    def subsets(self, count: int) -> Stack:
        """The same measurement in ``count`` parts of every ``count``-th view, for OSEM, SART, SPDHG and SAGA.

        Parts that follow each other look from directions far apart. :meth:`split` takes a measurement apart alike.

        Raises:
            ArgumentError: there are fewer views than that.
        """
        views = self.geometry.views
        if not isinstance(count, int) or not 1 <= count <= views:
            raise ArgumentError(f"`count` must be an integer from 1 to the {views} views, got {count!r}; take fewer.")
        parts = (self.geometry.take(slice(first, None, count)) for first in access_order(count))
        return stack(*(self.replace(geometry=geometry) for geometry in parts))

    def split(self, y: Tensor, count: int) -> tuple[Tensor, ...]:
        """The parts of ``y`` that the operators of :meth:`subsets` measure."""
        return tuple(y[:, :, first::count] for first in access_order(count))

    @property
    def _measured_shape(self) -> tuple[int, int]:
        return self.geometry.views, self.geometry.bins

    def _by_planes(self, function: Planewise, x: Tensor, name: str, shape: tuple[int, int]) -> Tensor:
        """``function`` of all planes of ``x`` at once, real and imaginary parts being planes of their own."""
        if tuple(x.shape[2:]) != shape:
            raise ShapeError(
                f"`{name}` must have shape (B, C, {shape[0]}, {shape[1]}), got {tuple(x.shape)}; give the geometry "
                "and the size of the image it was measured with."
            )
        if x.is_complex():
            return torch.complex(
                self._by_planes(function, x.real, name, shape), self._by_planes(function, x.imag, name, shape)
            )
        wide = x if x.dtype == torch.float64 else x.float()
        return function(wide.flatten(0, 1), self._slabs).unflatten(0, x.shape[:2]).to(x.dtype)
