"""Intensities of a linear measurement."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement, tree_map
from preimage.kernels.pointwise.in_place import product_over
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.phase.exposures import Exposures
from preimage.physics.phase.propagation import as_wave

__all__ = ["IntensityPhysics", "PhaseRetrieval"]


class IntensityPhysics(Physics):
    r"""``A(x) = |B x|^2`` with a linear ``B``: detectors see no phase.

    The image is determined at best up to a global phase: ``A(exp(i t) x) = A(x)``. The noise of ``B`` does not count;
    that of the intensities is ``noise``.

    Attributes:
        operator: ``B``.

    Shapes: images, real or complex, are those of ``operator``; ``y`` is real, shaped like its measurements.

    Source: the definition.
    """

    operator: LinearPhysics

    def A(self, x: Tensor) -> Measurement:
        """``|B x|^2``."""
        if isinstance(self.operator, Exposures):
            return self.operator.measured(x, _intensity)
        return tree_map(_intensity, self.operator.A(x))

    def seen(self, y: Measurement) -> Measurement:
        """What ``B`` measures."""
        return self.operator.seen(y)

    def vjp(self, x: Tensor, v: Measurement) -> Tensor:
        """``2 B^H (v * B x)``, its real part for a real ``x``: without what :meth:`pullback` keeps."""
        if isinstance(self.operator, Exposures):
            expose = self.operator.exposing(x)
            pulled = self.operator.collected(as_wave(x), lambda which: v[:, which] * expose(which))
        else:
            weighed = tree_map(lambda a, b: product_over(b, a, x), v, self.operator.A(x))
            pulled = self.operator.A_adjoint(weighed)
        return product_over(pulled if x.is_complex() else pulled.real, 2, x)

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A(x)`` and ``v -> 2 B^H (v * B x)``, its real part for a real ``x``."""
        z = self.operator.A(x)

        def pull(v: Measurement) -> Tensor:
            if isinstance(self.operator, Exposures):
                pulled = self.operator.collected(z, lambda which: v[:, which] * z[:, which])
            else:
                pulled = self.operator.A_adjoint(tree_map(torch.mul, v, z))
            return 2 * (pulled if x.is_complex() else pulled.real)

        return tree_map(_intensity, z), pull


class PhaseRetrieval(IntensityPhysics):
    """``A(x) = |B x|^2`` for any linear ``B``, such as a Fourier transform of a padded or masked image.

    Args:
        operator: ``B``.
        noise: the law of the measurement given the intensities; none by default.

    Shapes: images, real or complex, are those of ``operator``; ``y`` is real, shaped like its measurements.

    Source: the problem: Fienup 1982.
    """

    def __init__(self, operator: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator


def _intensity(z: Tensor) -> Tensor:
    """``|z|^2`` in two passes over memory; its derivatives are defined at zero, too."""
    return torch.addcmul(z.real.square(), z.imag, z.imag) if z.is_complex() else z.square()
