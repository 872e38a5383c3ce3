"""The inhomogeneous field during a readout, in time segments."""

import math

import torch
from torch import Tensor

from preimage._module import Module
from preimage._ranges import check_count
from preimage.errors import ShapeError
from preimage.physics.mri.encoding import fitting

__all__ = ["OffResonance"]


class OffResonance(Module):
    r"""The phase ``exp(-2 pi i f(n) t_j)`` that spins off resonance have gathered when the sample ``j`` is taken.

    It is approximated by ``sum_l b_l(t_j) exp(-2 pi i f(n) tau_l)`` with segments at the times ``tau_l``, equally far
    apart from the first sample to the last. The interpolators ``b_l`` fit the frequencies between the least and the
    largest of the map, of each image on its own, by least squares. :meth:`error` tells how well; about one segment for
    each turn of phase across the map, and three more, reach 1 %.

    Gradients reach the map; the interpolators are held.

    Args:
        field_map: the frequencies ``f`` in Hz, real, of the size of the image: (H, W), or (1 or B, 1, H, W); with one
            dimension more for volumes. Where the frequency is higher, ``exp(-2 pi i f t)`` turns further.
        times: when samples are taken, in seconds from the excitation (or the echo): (samples,) for every shot alike, or
            as the trajectory, (shots, samples).
        segments: how many transforms are taken for one.

    Raises:
        ShapeError: the map or the times have other dimensions, or are complex.
        ArgumentError: there is no segment.

    Source: Noll, Meyer, Pauly, Nishimura, Macovski, IEEE Transactions on Medical Imaging 10, 1991; least-squares
    interpolators: Sutton, Noll, Fessler, IEEE Transactions on Medical Imaging 22, 2003.
    """

    def __init__(self, field_map: Tensor, times: Tensor, segments: int = 8) -> None:
        super().__init__()
        if not field_map.is_floating_point() or field_map.ndim < 2:
            raise ShapeError(
                f"`field_map` must be real, (H, W) or (B, 1, H, W), got {field_map.dtype} {tuple(field_map.shape)}; "
                "give the frequency of every pixel in Hz."
            )
        if not times.is_floating_point() or times.ndim not in (1, 2):
            raise ShapeError(
                f"`times` must be real, (samples,) or (shots, samples), got {times.dtype} {tuple(times.shape)}; give "
                "seconds."
            )
        check_count("segments", segments, "8 are usual")
        self.field_map = field_map
        self.times = times
        self.segments = segments

    def phases(self, like: Tensor) -> Tensor:
        """``exp(-2 pi i f tau_l)`` for images ``like`` (P, C, ...), (1 or B, segments, ...)."""
        field = self._field(like.ndim - 2)
        fitting(field[:1], like[:1], "field_map")
        angle = -2 * math.pi * self._middles().to(field).reshape(-1, *(1,) * (field.ndim - 2)) * field
        return torch.complex(angle.cos(), angle.sin()).to(like.device, like.dtype)

    @torch.no_grad()
    def interpolators(self, places: tuple[int, ...], dims: int) -> Tensor:
        """The ``b_l`` for samples of the shape ``places``, (1 or B, segments, samples), complex128.

        Raises:
            ShapeError: the times are those of another number of samples.
        """
        if tuple(self.times.shape) != places[-self.times.ndim :]:
            raise ShapeError(
                f"`times` must have shape {places} of the trajectory, or ({places[-1]},), got "
                f"{tuple(self.times.shape)}; give a time for each sample."
            )
        fit = self._fit(dims, 4 * self.segments)
        if self.times.ndim == 1 and len(places) == 2:
            fit = fit.unsqueeze(2).expand(-1, -1, places[0], -1)
        return fit.flatten(2)

    @torch.no_grad()
    def error(self, dims: int = 2) -> Tensor:
        """The largest error of the approximation at any time for frequencies of the map, (1 or B,).

        Args:
            dims: 3 for volumes.
        """
        frequencies = self._frequencies(dims, 101)
        fit = self._fit(dims, 4 * self.segments).flatten(2)
        found = _turns(frequencies, self._middles()) @ fit
        return (found - _turns(frequencies, self.times.double().flatten())).abs().amax((1, 2))

    def _field(self, dims: int) -> Tensor:
        """The map as (1 or B, 1, ...)."""
        return self.field_map[None, None] if self.field_map.ndim == dims else self.field_map

    def _middles(self) -> Tensor:
        """``tau_l``, (segments,)."""
        times = self.times.detach().double()
        share = torch.linspace(0, 1, self.segments, dtype=torch.float64, device=times.device)
        share = share if self.segments > 1 else share + 0.5
        return times.amin() + (times.amax() - times.amin()) * share

    def _frequencies(self, dims: int, count: int) -> Tensor:
        """From the least to the largest of each map, (1 or B, count)."""
        flat = self._field(dims).detach().double().flatten(1)
        low, high = flat.amin(1, keepdim=True), flat.amax(1, keepdim=True)
        return low + (high - low) * torch.linspace(0, 1, count, dtype=torch.float64, device=flat.device)

    def _fit(self, dims: int, count: int) -> Tensor:
        """The interpolators at ``times``, (1 or B, segments, *times), from so many frequencies."""
        frequencies = self._frequencies(dims, count)
        inverse = torch.linalg.pinv(_turns(frequencies, self._middles()), rtol=1e-8)
        fit = inverse @ _turns(frequencies, self.times.double().flatten())
        return fit.unflatten(2, self.times.shape)


def _turns(frequencies: Tensor, times: Tensor) -> Tensor:
    """``exp(-2 pi i f t)``, (B, frequencies, times)."""
    angle = -2 * math.pi * frequencies[..., None] * times
    return torch.complex(angle.cos(), angle.sin())
