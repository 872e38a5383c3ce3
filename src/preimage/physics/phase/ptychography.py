"""Diffraction patterns of overlapping parts of an object."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement, squared_modulus
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.diagonal_gram import DiagonalGram
from preimage.physics.phase.exposures import Exposures
from preimage.physics.phase.phase_retrieval import PhaseRetrieval
from preimage.physics.phase.probe import probe_window
from preimage.physics.phase.propagation import FarField, Propagation, as_wave
from preimage.transform import Fourier
from preimage.transform.fourier import transformed

__all__ = ["Ptychography", "PtychographyLinearOperator", "PtychographyProbeOperator", "moved_probe"]


class PtychographyLinearOperator(Exposures):
    r"""``(A x)_k = F (probe * window_k(x))``: the waves behind the part of an object at each position of a probe.

    ``window_k`` cuts out the pixels from the position ``shifts_k`` on; what lies beyond a border comes back at the
    other. A fraction of a pixel moves the probe, by a phase in its spectrum, so that gradients reach the positions.
    ``A^H A`` weighs pixels by the light that they get: every solve is a closed form.

    Args:
        probe: the illumination, complex, (h, w), or (B, 1, h, w) with one for each sample; it has gradients, too.
        shifts: rows and columns of the upper left corner, (K, 2): integers, or floats, which take one transform of the
            probe for each position more.
        shape: (H, W) of the object.
        propagation: how the wave travels to the detector: :class:`FarField` by default, or
            :class:`FresnelPropagation` in the near field.

    Shapes: ``x`` (B, 1, H, W), complex (real ones are taken for complex ones); ``y`` (B, K, h, w), complex.

    Raises:
        ShapeError: shapes do not fit.

    Source: Rodenburg & Faulkner, "A phase retrieval algorithm for shifting illumination", 2004; positions: Guizar-
    Sicairos & Fienup, "Phase retrieval with transverse translation diversity", 2008.
    """

    def __init__(
        self,
        probe: Tensor,
        shifts: Tensor,
        shape: tuple[int, int],
        propagation: Propagation | None = None,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        if probe.ndim not in (2, 4) or (probe.ndim == 4 and probe.shape[1] != 1):
            raise ShapeError(f"`probe` must be (h, w) or (B, 1, h, w), got {tuple(probe.shape)}; reshape it.")
        _check_shifts(shifts)
        if any(size > length for size, length in zip(probe.shape[-2:], shape, strict=True)):
            raise ShapeError(
                f"`probe` must be at most as large as the object, {tuple(shape)}, got {tuple(probe.shape)}; crop it."
            )
        self.probe = probe
        self.shifts = shifts
        self.shape = shape
        self.propagation = FarField() if propagation is None else propagation

    @property
    def count(self) -> int:
        """The number of positions."""
        return len(self.shifts)

    @property
    def frame(self) -> tuple[int, int]:
        """The size of the probe."""
        return self.probe.shape[-2], self.probe.shape[-1]

    def exposing(self, x: Tensor) -> Callable[[slice], Tensor]:
        """The wave on the detector for some positions."""
        x = as_wave(x)
        if tuple(x.shape[1:]) != (1, *self.shape):
            raise ShapeError(f"`x` must have shape (B, 1, {self.shape[0]}, {self.shape[1]}), got {tuple(x.shape)}.")
        cut, light = _cutter(x, self.shifts, self.frame), self._lighting(x, self.propagation.first_phases)
        return lambda which: self.propagation.after_phases(cut(which) * light(which))

    def collecting(self, like: Tensor) -> Callable[[Tensor | None, Tensor, slice], Tensor]:
        """The waves travelled back, behind the conjugate probe, added where they came from."""
        light = self._lighting(as_wave(like, "y"), self.propagation.first_phases)

        def collect(total: Tensor | None, y: Tensor, which: slice) -> Tensor:
            back = self.propagation.until_phases(y)
            return self._added(total, light(which).conj() * back, which)

        return collect

    def gram(self, like: Tensor) -> Tensor:
        """The light that falls on each pixel."""
        light, total = self._lighting(as_wave(like), lambda probe: None), None
        for which in self.blocks(like):
            shone = squared_modulus(light(which))
            total = self._added(total, shone.expand(-1, len(self.shifts[which]), -1, -1), which)
        assert total is not None
        return total

    def seen(self, y: Measurement) -> None:
        """Every sample of ``y``."""
        return

    def of_probe(self, x: Tensor) -> "PtychographyProbeOperator":
        """The same measurement as a linear map of the probe, for a known object ``x``."""
        return PtychographyProbeOperator(x, self.shifts, (self.probe.shape[-2], self.probe.shape[-1]), self.propagation)

    def _lighting(self, like: Tensor, phases: Callable[[Tensor], Tensor | None]) -> Callable[[slice], Tensor]:
        """The probe at the fraction of each position, (1 or B, 1 or K', h, w), times phases, unless there are none.

        Those that begin the propagation go with the probe, for one pass over all waves instead of two.
        """
        probe = (self.probe if self.probe.ndim == 4 else self.probe[None, None]).to(like.dtype)
        first = phases(probe)
        move = _mover(probe, self.shifts)
        if not self.shifts.is_floating_point():
            light = probe if first is None else probe * first
            return lambda which: light
        return move if first is None else lambda which: move(which) * first

    def _added(self, total: Tensor | None, parts: Tensor, which: slice) -> Tensor:
        """The adjoint of taking windows, added to a total that nobody else has."""
        places = probe_window(self.shifts[which], self.frame, self.shape).flatten()
        if total is None:
            empty = parts.new_zeros((len(parts), self.shape[0] * self.shape[1]))
            return empty.index_add(1, places, parts.flatten(1)).unflatten(1, (1, *self.shape))
        total.view(len(total), -1).index_add_(1, places, parts.flatten(1))
        return total


class PtychographyProbeOperator(DiagonalGram):
    r"""``(A p)_k = F (p * window_k(object))``: the waves of :class:`PtychographyLinearOperator` for a probe ``p``.

    Where positions are integers, ``A^H A`` is diagonal and solves are closed forms; with fractions they iterate.

    Args:
        object: the object that is known, complex, (B, 1, H, W).
        shifts: rows and columns of the upper left corner, (K, 2).
        size: rows and columns of the probe.
        propagation: how the wave travels to the detector; :class:`FarField` by default.

    Shapes: ``p`` (B, 1, *size), complex; ``y`` (B, K, *size), complex.

    Raises:
        ShapeError: shapes do not fit.

    Source: Rodenburg & Faulkner, "A phase retrieval algorithm for shifting illumination", 2004.
    """

    def __init__(
        self,
        object: Tensor,
        shifts: Tensor,
        size: tuple[int, int],
        propagation: Propagation | None = None,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        if object.ndim != 4 or object.shape[1] != 1:
            raise ShapeError(f"`object` must be (B, 1, H, W), got {tuple(object.shape)}; reshape it.")
        _check_shifts(shifts)
        self.object = object
        self.shifts = shifts
        self.size = size
        self.propagation = FarField() if propagation is None else propagation

    def A(self, x: Tensor) -> Tensor:
        """The wave on the detector for each position."""
        x = as_wave(x)
        return self.propagation.A(moved_probe(x, self.shifts) * self._parts(x))

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The waves travelled back, behind the conjugate object, each probe moved back, added."""
        back = self.propagation.A_adjoint(y)
        back = self._parts(back).conj() * back
        if self.shifts.is_floating_point():
            rows, columns = _ramps(self.shifts, back)
            back = Fourier(2, real=False).filter(back, (rows * columns).conj())
        return back.sum(1, keepdim=True)

    def gram(self, like: Tensor) -> Tensor | None:
        """The sum of the squared moduli of the parts, where positions are integers."""
        if self.shifts.is_floating_point():
            return None
        return squared_modulus(self._parts(as_wave(like))).sum(1, keepdim=True)

    def seen(self, y: Measurement) -> None:
        """Every sample of ``y``."""
        return

    def _parts(self, like: Tensor) -> Tensor:
        return _windows(self.object.to(like.dtype), self.shifts, self.size)


class Ptychography(PhaseRetrieval):
    """``A(x)_k = |F (probe * window_k(x))|^2``: a diffraction pattern for each position of the probe.

    ``physics.replace(probe=...)`` and ``physics.replace(shifts=...)`` give it another illumination or positions;
    gradients reach both, so that they can be found with the object.

    Args:
        operator: the waves of which intensities are measured, a :class:`PtychographyLinearOperator`.

    Source: Rodenburg & Faulkner, "A phase retrieval algorithm for shifting illumination", 2004.
    """


def moved_probe(probe: Tensor, shifts: Tensor) -> Tensor:
    """The probe (1 or B, 1, h, w) moved by the fractions of ``shifts`` (K, 2): (1 or B, K, h, w).

    By the phase ``exp(-2 pi i f d)`` of its spectrum, periodically; the probe itself for integers.
    """
    return _mover(probe, shifts)(slice(None))


def _mover(probe: Tensor, shifts: Tensor) -> Callable[[slice], Tensor]:
    """:func:`moved_probe` for some of the shifts."""
    if not shifts.is_floating_point():
        return lambda which: probe
    spectrum, (rows, columns) = transformed(torch.fft.fft2, probe), _ramps(shifts, probe)
    return lambda which: transformed(torch.fft.ifft2, spectrum * rows[which] * columns[which])


def _ramps(shifts: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """The phases of the spectrum, along rows (K, h, 1) and columns (K, 1, w)."""
    fraction = (shifts - shifts.floor()).to(like.real.dtype)
    rows, columns = (
        torch.fft.fftfreq(size, dtype=fraction.dtype, device=like.device)[None] * fraction[:, axis, None]
        for axis, size in enumerate(like.shape[-2:])
    )
    angles = -2 * torch.pi * rows[:, :, None], -2 * torch.pi * columns[:, None, :]
    along = [torch.polar(torch.ones_like(angle), angle) for angle in angles]
    return along[0], along[1]


def _windows(x: Tensor, shifts: Tensor, size: tuple[int, int]) -> Tensor:
    """The parts of ``x`` (B, 1, H, W) at ``shifts`` (K, 2), which go on at the other border: (B, K, *size)."""
    return _cutter(x, shifts, size)(slice(None))


def _cutter(x: Tensor, shifts: Tensor, size: tuple[int, int]) -> Callable[[slice], Tensor]:
    """:func:`_windows` for some of the shifts."""
    whole = shifts.floor().long() if shifts.is_floating_point() else shifts.long()
    rows, columns = whole[:, 0] % x.shape[2], whole[:, 1] % x.shape[3]
    x = torch.cat([x, x[:, :, : size[0] - 1]], 2)
    x = torch.cat([x, x[..., : size[1] - 1]], 3)
    # A view of all windows, of which few are copied: a quarter of the time of gathering pixels.
    view = x[:, 0].unfold(1, size[0], 1).unfold(2, size[1], 1)
    return lambda which: view[:, rows[which], columns[which]]


def _check_shifts(shifts: Tensor) -> None:
    if shifts.ndim != 2 or shifts.shape[1] != 2:
        raise ShapeError(f"`shifts` must be (K, 2), rows and columns, got {tuple(shifts.shape)}; transpose it.")
