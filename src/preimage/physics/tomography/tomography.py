"""Line integrals of images, as a tomograph measures them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.rays.cone import project_cone, smear_cone
from preimage.kernels.rays.projection import project, smear
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.stack import Stack, stack
from preimage.physics.tomography.cone_rays import cone_slabs_of
from preimage.physics.tomography.corrections.gaps import refuse_gaps
from preimage.physics.tomography.fbp import filtered_back_projection
from preimage.physics.tomography.fdk import feldkamp
from preimage.physics.tomography.filters import Window
from preimage.physics.tomography.geometry import ConeBeam, FanBeam, Geometry, ParallelBeam
from preimage.physics.tomography.rays import slabs_of
from preimage.physics.tomography.scan import access_order

__all__ = ["Tomography"]

Planewise = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class _Views:
    """What a geometry does to planes, or volumes, and to their measurements."""

    project: Callable[[Tensor], Tensor]
    smear: Callable[[Tensor], Tensor]
    fbp: Callable[..., Tensor]


class Tomography(LinearPhysics):
    """``A x`` is the integral of ``x`` along the ray to each detector bin, averaged over the width of the bin.

    Values are in the unit of the image times the unit of length: an image of attenuation per millimetre with pixels of
    ``pixel`` millimetres gives the logarithm of the loss of light. Pixels and bins have their full width: the
    distance-driven method weights each pixel by the part of it that a bin sees along its row (or column, whatever is
    more across the rays), so that with parallel rays no mass is lost: ``sum_k y_k spacing = sum x pixel^2`` for every
    view whose detector sees the whole image. Entries are not negative, as MLEM, OSEM, SART and SIRT ask.

    :meth:`A_dagger` is the pseudo-inverse, as for every operator; :meth:`fbp` the filtered back-projection.

    Args:
        geometry: :class:`ParallelBeam`, :class:`FanBeam` or :class:`ConeBeam`, which tells how angles turn.
        shape: the size of the image, (H, W), or of the volume for a cone, (D, H, W); the axis is in its middle.
        pixel: size of a pixel, in the unit of the lengths of ``geometry``.

    Shapes: ``x`` (B, C, H, W), real or complex; ``y`` (B, C, V, K) for V views of K bins. For a cone ``x`` (B, C, D, H,
    W) and ``y`` (B, C, V, M, K) with M rows.

    Raises:
        ArgumentError: ``pixel`` is not positive, ``shape`` has no pixels, or the source is inside the image.
        ShapeError: an image or a measurement has another shape.

    Source: De Man & Basu, "Distance-driven projection and backprojection in three dimensions", Physics in Medicine and
    Biology 49, 2004.
    """

    def __init__(
        self, geometry: Geometry | ConeBeam, shape: tuple[int, ...], pixel: float = 1.0, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        if not isinstance(geometry, (ParallelBeam, FanBeam, ConeBeam)):
            raise ArgumentError(f"`geometry` must be a ParallelBeam, FanBeam or ConeBeam, got {geometry!r}; make one.")
        wanted = "(D, H, W)" if isinstance(geometry, ConeBeam) else "(H, W)"
        if len(shape) != wanted.count(",") + 1 or min(shape) < 1:
            raise ArgumentError(f"`shape` must be {wanted}, got {tuple(shape)}; give the size of the image.")
        check_level("pixel", pixel, "give the size of a pixel in the unit of the geometry")
        self.geometry = geometry
        self.shape = tuple(int(size) for size in shape)
        self.pixel = pixel
        self._views = _views_of(geometry, self.shape, pixel)

    def A(self, x: Tensor) -> Tensor:
        """The sinogram: line integrals of each channel."""
        check_image(x, spatial=(len(self.shape),))
        return self._by_planes(self._views.project, x, "x", self.shape)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Each ray's value on all that it crosses: unfiltered back-projection, the exact adjoint."""
        check_image(y, "y", spatial=(len(self.shape),))
        return self._by_planes(self._views.smear, y, "y", self._measured_shape)

    def seen(self, y: Tensor) -> Tensor:
        """The bins whose rays meet the image."""
        image = torch.ones(1, 1, *self.shape, dtype=y.real.dtype, device=y.device)
        return self.A(image) > 0

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

        A cone takes the method of Feldkamp, Davis and Kress: exact in the plane of the source, and the farther from it
        the less. It wants a circle: a helix has no filtered back-projection here.

        Source: Kak & Slaney, "Principles of computerized tomographic imaging", 1988, chapter 3; for an axis beside the
        middle ray: Gullberg, Crawford & Tsui, IEEE Transactions on Medical Imaging 5, 1986;
        cones: Feldkamp, Davis & Kress, JOSA A 1, 1984.

        Raises:
            ArgumentError: a value is NaN or infinite, which would spoil all of the image;
                :func:`preimage.physics.corrections.fill_gaps` replaces it.
            CapabilityError: the geometry is a helix.
        """
        check_image(y, "y", spatial=(len(self.shape),))
        refuse_gaps(y, "filtered back-projection")
        return self._by_planes(partial(self._views.fbp, window=window), y, "y", self._measured_shape)

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
    def _measured_shape(self) -> tuple[int, ...]:
        rows = (self.geometry.rows,) if isinstance(self.geometry, ConeBeam) else ()
        return (self.geometry.views, *rows, self.geometry.bins)

    def _by_planes(self, function: Planewise, x: Tensor, name: str, shape: tuple[int, ...]) -> Tensor:
        """``function`` of all planes of ``x`` at once, real and imaginary parts being planes of their own."""
        if tuple(x.shape[2:]) != shape:
            raise ShapeError(
                f"`{name}` must have shape (B, C, {', '.join(map(str, shape))}), got {tuple(x.shape)}; give the "
                "geometry and the size of the image it was measured with."
            )
        if x.is_complex():
            return torch.complex(
                self._by_planes(function, x.real, name, shape), self._by_planes(function, x.imag, name, shape)
            )
        wide = x if x.dtype == torch.float64 else x.float()
        return function(wide.flatten(0, 1)).unflatten(0, x.shape[:2]).to(x.dtype)


def _views_of(geometry: Geometry | ConeBeam, shape: tuple[int, ...], pixel: float) -> _Views:
    if isinstance(geometry, ConeBeam):
        depth, height, width = shape
        cone = cone_slabs_of(geometry, (depth, height, width), pixel)
        return _Views(
            partial(project_cone, cone=cone),
            partial(smear_cone, cone=cone),
            partial(feldkamp, geometry=geometry, shape=(depth, height, width), pixel=pixel),
        )
    height, width = shape
    slabs = slabs_of(geometry, (height, width), pixel)
    return _Views(
        partial(project, slabs=slabs),
        partial(smear, slabs=slabs),
        partial(filtered_back_projection, geometry=geometry, shape=(height, width), pixel=pixel),
    )
