"""Modulo images."""

from collections.abc import Callable

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics

__all__ = ["SpatialUnwrapping", "WrappingPhysics", "wrap"]

_MODES = ("round", "floor")


class WrappingPhysics(Physics):
    """``A(x) = x - 2 t k`` with an integer ``k`` for each pixel that brings it into one period.

    The derivative is the identity wherever there is one, and :meth:`pullback` takes it to be so everywhere.

    Attributes:
        threshold: ``t``, half of the period, in image units, a float > 0 or (B,).

    Source: Itoh 1982.
    """

    threshold: float | Tensor

    @override
    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        return self.A(x), lambda v: v


class SpatialUnwrapping(WrappingPhysics):
    """``A(x) = x - 2 t k`` with the threshold ``t`` and the integer ``k`` that brings it into one period.

    ``k = round(x / (2 t))`` gives values in [-t, t] (interferometric phases: ``t = pi``); ``k = floor(x / (2 t))``
    values in [0, 2 t) (a sensor that starts again at zero). Noise is added to the wrapped values.

    Args:
        threshold: half of the period, in image units, a float > 0 or (B,).
        mode: "round" or "floor".

    Shapes: (B, C, ...), real.

    Raises:
        ArgumentError: there is no such mode, or the threshold is not positive.

    Source: the principal value of Itoh 1982; modulo sensors: Bhandari, Krahmer, Raskar 2017.
    """

    def __init__(self, threshold: float | Tensor = 1.0, mode: str = "round", noise: Noise | None = None) -> None:
        super().__init__(noise)
        check_number("threshold", threshold, "give half of the period")
        if mode not in _MODES:
            raise ArgumentError(f"`mode` must be one of {', '.join(_MODES)}, got {mode!r}; name the rounding.")
        self.threshold = threshold
        self.mode = mode

    def A(self, x: Tensor) -> Tensor:
        """``x`` brought into one period."""
        if self.mode == "round":
            return wrap(x, self.threshold)
        period = 2 * per_image(self.threshold, x)
        return x - period * torch.floor(x / period)


def wrap(x: Tensor, threshold: float | Tensor) -> Tensor:
    """``x - 2 t round(x / (2 t))``, in [-t, t]; ``threshold`` ``t`` > 0 is a float or (B,)."""
    period = 2 * per_image(threshold, x)
    return x - period * torch.round(x / period)
