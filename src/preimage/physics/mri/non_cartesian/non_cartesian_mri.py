"""MRI along trajectories."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_interval
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.mri.encoding import as_maps, fitting, require_complex
from preimage.physics.mri.film import FilmPhysics, frame_kernel, mixed
from preimage.physics.mri.non_cartesian.off_resonance import OffResonance
from preimage.physics.mri.non_cartesian.points import as_trajectory, check_trajectory
from preimage.physics.mri.non_cartesian.toeplitz import convolve_coils, is_cheaper, point_spread_spectra
from preimage.physics.noise import Noise
from preimage.transform import nufft, nufft_adjoint

__all__ = ["NonCartesianMRI"]

_FRAMES = 16  # whose point spreads are held at once


class NonCartesianMRI(FilmPhysics):
    r"""``y_cj = N^(-1/2) sum_n m_c(n) x(n) exp(-2 pi i k_j . (n - c))``: k-space sampled anywhere, by coils.

    ``n`` counts the pixels along each axis, ``N`` of them in all, and ``c = floor(size / 2)`` is the origin. On the
    points of the grid, ``k = (m - c) / size``, this is what :class:`MRI` and :class:`MultiCoilMRI` measure: unit norm
    for every complete grid. The adjoint is exact for the transform as it is computed, whatever ``tol``. Gradients reach
    the image, the sensitivities and the trajectory, and are differentiable in turn.

    Args:
        trajectory: frequencies in cycles per pixel, in [-0.5, 0.5], in the order of the axes of the image (along the
            last axis of the image comes last): (samples, d), (shots, samples, d), or (1 or B, shots, samples, d) with
            one for each image; for films (1 or B, T, shots, samples, d) with one for each frame. Learned ones are
            checked, too.
        shape: (H, W), or (D, H, W) for a trajectory in three dimensions.
        maps: complex sensitivities, (coils, ...) or (1 or B, coils, ...) with the image's size; one coil that sees all
            alike by default.
        off_resonance: the field map and the times of samples, for long readouts; no phase by default.
        tol: relative error of the transform, by default 1e-5 in single precision, 1e-9 in double; 0 sums every term.
            With FINUFFT (the extra ``mri``), as :func:`preimage.transform.nufft` tells.

    Shapes: ``x`` complex, (B, 1, H, W) or (B, 1, D, H, W), films (B, 1, T, ...); ``y`` (B, coils, samples), (B, coils,
        shots, samples), or (B, coils, T, shots, samples), as the trajectory is.

    Raises:
        ArgumentError: a frequency is beyond 0.5 (radians?), ``shape`` has no pixels, or ``tol`` is out of range.
        ShapeError: the trajectory or the maps have other dimensions; an image or a measurement does not fit.

    Source: Fessler, Sutton, "Nonuniform fast Fourier transforms using min-max interpolation", IEEE Transactions on
    Signal Processing 51, 2003.
    """

    def __init__(
        self,
        trajectory: Tensor,
        shape: tuple[int, ...],
        maps: Tensor | None = None,
        noise: Noise | None = None,
        off_resonance: OffResonance | None = None,
        tol: float | None = None,
    ) -> None:
        super().__init__(noise)
        if len(shape) not in (2, 3) or min(shape) < 1:
            raise ArgumentError(f"`shape` must be (H, W) or (D, H, W), got {tuple(shape)}; give the size of the image.")
        check_trajectory(trajectory, len(shape))
        if tol is not None:
            check_interval("tol", tol, "[0, 0.1]", "leave it out for the default of each precision")
        self.trajectory = trajectory
        self.shape = tuple(int(size) for size in shape)
        self.maps = None if maps is None else as_maps(maps, len(shape))
        self._conjugate_maps = None if self.maps is None else self.maps.conj().resolve_conj()
        self.off_resonance = off_resonance
        self.tol = tol

    @override
    def derive(self) -> Mapping[str, Any]:
        return {} if self.maps is None else {"_conjugate_maps": self.maps.conj().resolve_conj()}

    @property
    def coils(self) -> int:
        """How many coils measure."""
        return 1 if self.maps is None else self.maps.shape[1]

    def A(self, x: Tensor) -> Tensor:
        """The samples of the spectra of ``maps * x``."""
        self._check_image(x)
        seen = x if self.maps is None else fitting(self.maps, x, "maps") * x
        batch = _by_frames(seen, len(self.shape))
        y = self._sampled_from(batch, self._points(len(x), len(batch)), len(x))
        frames = as_trajectory(self.trajectory, len(self.shape)).shape[1]
        y = y.reshape(len(x), frames, *y.shape[1:]).transpose(1, 2)
        return y.reshape(*y.shape[:2], *self._sampled)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``sum_c conj(maps_c) * F^H y_c`` with the adjoint ``F^H`` of the sampling."""
        self._check_measurement(y)
        frames, samples = as_trajectory(self.trajectory, len(self.shape)).shape[1:3]
        samples = y.reshape(len(y), self.coils, frames, samples).transpose(1, 2).flatten(0, 1)
        images = self._spread_from(samples, self._points(len(y), len(samples)), len(y))
        images = images.reshape(len(y), frames, self.coils, *self.shape).transpose(1, 2)
        images = images if self.trajectory.ndim == 5 else images.squeeze(2)
        if self._conjugate_maps is None:
            return images
        return (fitting(self._conjugate_maps, images, "maps") * images).sum(1, keepdim=True)

    def gridding(self, y: Tensor, density: Tensor) -> Tensor:
        """The image whose samples are ``y`` where they are enough: ``F^H (density * y_c)``, combined over the coils.

        Values are those of the image, whatever the number of samples and coils: with a density of
        :mod:`preimage.physics.densities` inside a disk of value 1 they are 1. Coils are combined with
        ``conj(maps) / sum |maps|^2``, zero where no coil sees.

        Args:
            y: as :meth:`A` gives it.
            density: a weight for each sample, of the shape of the trajectory without its last dimension.

        Raises:
            ShapeError: the density or the measurement has another shape.
        """
        places = tuple(self.trajectory.shape[:-1])
        if tuple(density.shape) != places:
            raise ShapeError(f"`density` must have shape {places}, got {tuple(density.shape)}; a weight per sample.")
        self._check_measurement(y)
        weights = density.to(y.device, y.real.dtype)
        image = self.A_adjoint(y * (weights if len(places) < 3 else weights[:, None]))
        if self.maps is None:
            return image
        power = fitting(self.maps.abs().square().sum(1, keepdim=True), image.real, "maps")
        return torch.where(power > 0, image / torch.where(power > 0, power, 1), 0)

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """The map ``x -> A^H A x``, where that is quicker as a convolution on twice the grid, without the samples.

        The convolution is exact, so that it differs from the transforms to the samples and back by ``tol``.

        Source: Wajer and Pruessmann, "Major speedup of reconstruction for sensitivity encoding with arbitrary
        trajectories", Proceedings of ISMRM 9, 2001.
        """
        samples = math.prod(self.trajectory.shape[-3:-1])
        if self.off_resonance is not None or self.tol == 0 or not is_cheaper(samples, self.shape):
            return super().normal_map(like)
        self._check_image(like)
        planes = _by_frames(like, len(self.shape))
        spectra = point_spread_spectra(self._points(len(like), len(planes)), self.shape, like, self.tol)
        frames = len(planes) // max(len(like), 1)
        maps = [None if field is None else self._by_planes(field, like, frames) for field in self._both_maps]

        def normal(x: Tensor) -> Tensor:
            result = convolve_coils(_by_frames(x, len(self.shape)), lambda q, z: z * spectra[:, q, None], *maps)
            return result if x.ndim == len(self.shape) + 2 else result.reshape(x.shape)

        return normal

    @override
    def subspace_map(self, basis: Tensor, like: Tensor) -> Callable[[Tensor], Tensor]:
        samples = math.prod(self.trajectory.shape[1:-1])
        if self.off_resonance is not None or self.tol == 0 or not is_cheaper(samples, self.shape):
            return super().subspace_map(basis, like)
        points, parts = self.trajectory.flatten(2, 3), []
        for place, vectors in zip(points.split(_FRAMES, 1), basis.split(_FRAMES, 1), strict=True):
            frames = point_spread_spectra(place.flatten(0, 1), self.shape, like, self.tol)
            parts.append(frame_kernel(vectors, frames.unflatten(0, place.shape[:2])))
        kernel = torch.stack(parts).sum(0)  # (1 or B, rank, rank, 2^d, ...)
        maps = [None if field is None else field.to(like.device, like.dtype) for field in self._both_maps]
        return lambda x: convolve_coils(x, lambda q, z: mixed(kernel[:, :, :, q], z), *maps)

    @property
    def _both_maps(self) -> tuple[Tensor | None, Tensor | None]:
        return self.maps, self._conjugate_maps

    def _by_planes(self, maps: Tensor, like: Tensor, frames: int) -> Tensor:
        """``maps`` for each frame of images like ``like``, in their precision."""
        maps = maps.to(like.device, like.dtype)
        return maps if len(maps) == 1 else maps.repeat_interleave(frames, 0)

    def seen(self, y: Tensor) -> None:
        """Every sample is measured."""
        return

    def _points(self, batch: int, planes: int) -> Tensor:
        """The trajectory as (1 or ``planes``, samples, d), for ``batch`` images of ``planes`` frames in all."""
        points = as_trajectory(self.trajectory, len(self.shape))
        if points.shape[:2] == (1, 1):
            return points[0]
        if points.shape[0] not in (1, batch):
            raise ShapeError(
                f"`trajectory` must be one for all {batch} images or one for each, got {tuple(self.trajectory.shape)}; "
                "its fourth dimension from the end counts images."
            )
        return points.expand(batch, -1, -1, -1).reshape(planes, *points.shape[2:])

    def _sampled_from(self, images: Tensor, points: Tensor, batch: int) -> Tensor:
        """The samples (P, coils, M) of ``images`` (P, coils, ...), ``P`` frames of a ``batch``."""
        if self.off_resonance is None:
            return nufft(images, points, self.tol)
        phases, fit = self._segments(images, batch)
        y = nufft((images.unsqueeze(2) * phases).flatten(1, 2), points, self.tol)
        return (y.unflatten(1, (-1, phases.shape[2])) * fit).sum(2)

    def _spread_from(self, y: Tensor, points: Tensor, batch: int) -> Tensor:
        """The adjoint of :meth:`_sampled_from`."""
        if self.off_resonance is None:
            return nufft_adjoint(y, points, self.shape, self.tol)
        phases, fit = self._segments(y.new_zeros(1, 1, *self.shape), batch, len(y))
        images = nufft_adjoint((y.unsqueeze(2) * fit.conj()).flatten(1, 2), points, self.shape, self.tol)
        return (images.unflatten(1, (-1, phases.shape[2])) * phases.conj()).sum(2)

    def _segments(self, like: Tensor, batch: int, planes: int | None = None) -> tuple[Tensor, Tensor]:
        """Phases (1 or P, 1, segments, ...) and interpolators (1 or P, 1, segments, M) of all frames."""
        assert self.off_resonance is not None
        phases = self.off_resonance.phases(like)
        fit = self.off_resonance.interpolators(tuple(self.trajectory.shape[-3:-1]), len(self.shape)).to(like)
        if phases.shape[0] not in (1, batch):
            raise ShapeError(
                f"`field_map` must be one for all {batch} images or one for each, got {phases.shape[0]}; give (H, W) "
                "or (B, 1, H, W)."
            )
        frames = (len(like) if planes is None else planes) // max(batch, 1)
        repeat = 1 if phases.shape[0] == 1 else frames
        return (phases.repeat_interleave(repeat, 0).unsqueeze(1), fit.repeat_interleave(repeat, 0).unsqueeze(1))

    @property
    def _sampled(self) -> tuple[int, ...]:
        """The shape of what one coil measures of one image."""
        places = tuple(self.trajectory.shape[:-1])
        return places if len(places) < 3 else places[1:]

    def _check_image(self, x: Tensor) -> None:
        require_complex(x, "x", len(self.shape) + 2)
        frames = (self.trajectory.shape[1],) if self.trajectory.ndim == 5 else ()
        if tuple(x.shape[1:]) != (1, *frames, *self.shape):
            wanted = ", ".join(map(str, (1, *frames, *self.shape)))
            raise ShapeError(f"`x` must have shape (B, {wanted}), got {tuple(x.shape)}; give images of that size.")

    def _check_measurement(self, y: Tensor) -> None:
        require_complex(y, "y", 3)
        if tuple(y.shape[1:]) != (self.coils, *self._sampled):
            wanted = ", ".join(map(str, (self.coils, *self._sampled)))
            raise ShapeError(f"`y` must have shape (B, {wanted}), got {tuple(y.shape)}; give (B, coils, samples ...).")


def _by_frames(x: Tensor, dims: int) -> Tensor:
    """Images (B, C, ...) as they are, films (B, C, T, ...) as (B * T, C, ...)."""
    return x if x.ndim == dims + 2 else x.transpose(1, 2).flatten(0, 1)
