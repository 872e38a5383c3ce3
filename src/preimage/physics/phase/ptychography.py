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
from preimage.physics.phase.propagation import FarField, Propagation, as_wave
from preimage.physics.phase.windows import add_windows, check_shifts, cutter, mover, ramps, require_shifts
from preimage.transform import Fourier

__all__ = ["Ptychography", "PtychographyLinearOperator", "PtychographyProbeOperator"]


class PtychographyLinearOperator(Exposures):
    r"""``(A x)_k = F (probe * window_k(x))``: the waves behind the part of an object at each position of a probe.

    ``window_k`` cuts out the pixels from the position ``shifts_k`` on; what lies beyond a border comes back at the
    other. A fraction of a pixel moves the probe, by a phase in its spectrum, so that gradients reach the positions.
    ``A^H A`` weighs pixels by the light that they get: every solve is a closed form.

    Args:
        probe: the illumination, complex, (h, w), or (B, 1, h, w) with one for each sample; it has gradients, too.
        shifts: rows and columns of the upper left corner, (K, 2), or (B, K, 2) with those of each sample: integers, or
            floats, which take one transform of the probe for each position more.
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
        check_shifts(shifts)
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
        return self.shifts.shape[-2]

    @property
    def frame(self) -> tuple[int, int]:
        """The size of the probe."""
        return self.probe.shape[-2], self.probe.shape[-1]

    def exposing(self, x: Tensor) -> Callable[[slice], Tensor]:
        """The wave on the detector for some positions."""
        x = as_wave(x)
        if tuple(x.shape[1:]) != (1, *self.shape):
            raise ShapeError(f"`x` must have shape (B, 1, {self.shape[0]}, {self.shape[1]}), got {tuple(x.shape)}.")
        cut, light = cutter(x, self.shifts, self.frame), self._lighting(x, self.propagation.first_phases)
        return lambda which: self.propagation.after_phases(cut(which) * light(which))

    def collecting(self, like: Tensor) -> Callable[[Tensor | None, Tensor, slice], Tensor]:
        """The waves travelled back, behind the conjugate probe, added where they came from."""
        light = self._lighting(as_wave(like, "y"), self.propagation.first_phases)

        def collect(total: Tensor | None, y: Tensor, which: slice) -> Tensor:
            back = self.propagation.until_phases(y)
            return add_windows(total, light(which).conj() * back, self.shifts[..., which, :], self.shape)

        return collect

    def gram(self, like: Tensor) -> Tensor:
        """The light that falls on each pixel."""
        light, total = self._lighting(as_wave(like), lambda probe: None), None
        for which in self.blocks(like):
            shifts, shone = self.shifts[..., which, :], squared_modulus(light(which))
            (lead,) = torch.broadcast_shapes(shone.shape[:1], shifts.shape[:-2])[:1]
            total = add_windows(total, shone.expand(lead, shifts.shape[-2], -1, -1), shifts, self.shape)
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
        require_shifts(self.shifts, len(like))
        move = mover(probe, self.shifts)
        if not self.shifts.is_floating_point():
            light = probe if first is None else probe * first
            return lambda which: light
        return move if first is None else lambda which: move(which) * first


class PtychographyProbeOperator(DiagonalGram):
    r"""``(A p)_k = F (p * window_k(object))``: the waves of :class:`PtychographyLinearOperator` for a probe ``p``.

    Where positions are integers, ``A^H A`` is diagonal and solves are closed forms; with fractions they iterate.

    Args:
        object: the object that is known, complex, (B, 1, H, W).
        shifts: rows and columns of the upper left corner, (K, 2) or (B, K, 2).
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
        check_shifts(shifts)
        self.object = object
        self.shifts = shifts
        self.size = size
        self.propagation = FarField() if propagation is None else propagation

    def A(self, x: Tensor) -> Tensor:
        """The wave on the detector for each position."""
        x = as_wave(x)
        return self.propagation.A(mover(x, self.shifts)(slice(None)) * self._parts(x))

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The waves travelled back, behind the conjugate object, each probe moved back, added."""
        back = self.propagation.A_adjoint(y)
        back = self._parts(back).conj() * back
        if self.shifts.is_floating_point():
            rows, columns = ramps(self.shifts, back)
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
        require_shifts(self.shifts, len(like))
        return cutter(self.object.to(like.dtype), self.shifts, self.size)(slice(None))


class Ptychography(PhaseRetrieval):
    """``A(x)_k = |F (probe * window_k(x))|^2``: a diffraction pattern for each position of the probe.

    ``physics.replace(probe=...)`` and ``physics.replace(shifts=...)`` give it another illumination or positions;
    gradients reach both, so that they can be found with the object.

    Args:
        operator: the waves of which intensities are measured, a :class:`PtychographyLinearOperator`.

    Source: Rodenburg & Faulkner, "A phase retrieval algorithm for shifting illumination", 2004.
    """
