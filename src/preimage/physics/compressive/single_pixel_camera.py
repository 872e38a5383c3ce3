"""A camera with one detector behind a programmable mask."""

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_count
from preimage._shapes import check_float
from preimage._tree import Measurement
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.pointwise.entries import put_entries, take_entries
from preimage.machine.one_by_one import one_by_one
from preimage.physics.compressive.pattern_order import pattern_order
from preimage.physics.noise import Noise
from preimage.physics.operator.diagonal_gram import DiagonalGram
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels, walsh_hadamard

__all__ = ["SinglePixelCamera"]


class SinglePixelCamera(DiagonalGram):
    r"""``y_k = <p_k, x>``: light of the scene ``x`` that passes the Walsh-Hadamard patterns ``p_1, ..., p_m``.

    Patterns hold ``N^(-1/2)`` and ``-N^(-1/2)``, ``N = H W``, and are shown in an order that begins with coarse ones;
    see :func:`preimage.physics.compressive.pattern_order`. They are orthonormal, ``A A^H = I``: the pseudo-inverse, a
    regularised solve and a prox take one fast transform there and one back, whatever ``m``. The first numbers of a
    measurement are a measurement with fewer patterns.

    Where a side is no power of two, the mask is as large as the next one, and the scene fills its upper left corner.
    Patterns are then orthonormal on the mask, not on the scene: closed forms hold if all are shown
    (``A^H A = I``), and other solves iterate. ``N`` is the number of mirrors of the mask.

    A mirror lets light pass or not: a detector that counts ``c`` with the mirrors that are positive and ``d`` with the
    others measures ``y_k = (c - d) / sqrt(N)``.

    Args:
        shape: (H, W) of the scene.
        measurements: the number of patterns ``m``, at most ``N``.
        order: "natural", "sequency", "zig-zag", "cake-cutting" or "xy".

    Shapes: ``x`` (B, C, H, W), real or complex, each channel on its own; ``y`` (B, C, m).

    Raises:
        ArgumentError: there is no such order, or there are more measurements than patterns.

    Source: Duarte et al., "Single-pixel imaging via compressive sampling", 2008.
    """

    _shown: Tensor

    def __init__(
        self, shape: tuple[int, int], measurements: int, order: str = "cake-cutting", noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        mirrors = _mirrors(shape)
        check_count("measurements", measurements, "give the number of patterns that are shown")
        if measurements > math.prod(mirrors):
            raise ArgumentError(
                f"`measurements` must be at most {math.prod(mirrors)}, the patterns of a mask of {mirrors[0]}x"
                f"{mirrors[1]} mirrors, got {measurements}; show each pattern once."
            )
        self.shape = shape
        self.measurements = measurements
        self.order = order
        self._shown = self.derive()["_shown"]

    def derive(self) -> Mapping[str, Any]:
        """The natural numbers of the patterns that are shown."""
        return {"_shown": pattern_order(_mirrors(self.shape), self.order)[: self.measurements]}

    def patterns(self) -> Tensor:
        """The patterns as images on the mask, (m, rows, columns), for a projector or for a look at them."""
        mirrors = _mirrors(self.shape)
        rows = torch.eye(math.prod(mirrors), device=self._shown.device)[self._shown]
        return walsh_hadamard(rows).reshape(-1, *mirrors)

    def A(self, x: Tensor) -> Tensor:
        """One fast transform, of which the coefficients shown are taken."""
        check_float(x)
        if tuple(x.shape[2:]) != tuple(self.shape):
            raise ShapeError(f"`x` must have shape (B, C, {self.shape[0]}, {self.shape[1]}), got {tuple(x.shape)}.")
        rows, columns = _mirrors(self.shape)
        missing = (0, columns - x.shape[3], 0, rows - x.shape[2])

        def show(some: Tensor) -> Tensor:
            mask = F.pad(some, missing) if any(missing) else some
            return take_entries(walsh_hadamard(mask.flatten(2)), self._shown)

        return one_by_one(show, x)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The sum of the patterns, each times its measurement."""
        check_float(y, "y")
        rows, columns = _mirrors(self.shape)

        def add_up(some: Tensor) -> Tensor:
            coefficients = put_entries(some, self._shown, rows * columns)
            return walsh_hadamard(coefficients).unflatten(2, (rows, columns))[..., : self.shape[0], : self.shape[1]]

        return one_by_one(add_up, y)

    def outer_diagonal(self, like: Tensor) -> Diagonal | None:
        """The identity, where the scene fills the mask."""
        if _mirrors(self.shape) != tuple(self.shape):
            return None
        return Diagonal(Pixels(), Pixels(), lambda: torch.ones((), dtype=like.real.dtype, device=like.device))

    def gram(self, like: Tensor) -> Tensor | None:
        """One, where all patterns are shown."""
        if self.measurements < math.prod(_mirrors(self.shape)):
            return None
        return torch.ones((1,) * like.ndim, dtype=like.real.dtype, device=like.device)

    def seen(self, y: Measurement) -> None:
        """Every number of ``y``: no pattern is zero."""
        return


def _mirrors(shape: tuple[int, int]) -> tuple[int, int]:
    """The next powers of two."""
    return 2 ** (shape[0] - 1).bit_length(), 2 ** (shape[1] - 1).bit_length()
