"""Colour filter arrays."""

from torch import Tensor
from typing_extensions import override

from preimage._shapes import check_float, check_image, per_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.mosaic import Cell, fill_mosaic, pick_mosaic
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Pixels

__all__ = ["Demosaicing"]

_PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")


class Demosaicing(LinearPhysics):
    """``A x = sum_c mask_c * x_c``: each pixel of the mosaic sees the colour its filter lets through.

    The filters repeat in 2x2 cells, the first at the top left corner of the image. ``A A^H = I``.

    Args:
        pattern: colours of a cell, row by row: "RGGB", "BGGR", "GRBG" or "GBRG".

    Shapes: ``x`` (B, 3, H, W), red, green, blue; ``y`` (B, 1, H, W).

    Raises:
        ArgumentError: there is no such pattern.
        ShapeError: the image, in a call, has other than three channels.

    Source: Bayer, "Color imaging array", US patent 3971065, 1976.
    """

    def __init__(self, pattern: str = "RGGB", noise: Noise | None = None) -> None:
        super().__init__(noise)
        if pattern not in _PATTERNS:
            raise ArgumentError(f"`pattern` must be one of {', '.join(_PATTERNS)}, got {pattern!r}; name the 2x2 cell.")
        self.pattern = pattern

    def mask(self, like: Tensor) -> Tensor:
        """One where a colour is seen: (1, 3, H, W), real, for the size, dtype and device of ``like``."""
        return fill_mosaic(like.real.new_ones(1, 1, *like.shape[-2:]), self.cell, 3)

    @property
    def cell(self) -> Cell:
        """The channels of the pixels of a cell, row by row."""
        first, second, third, fourth = ("RGB".index(colour) for colour in self.pattern)
        return first, second, third, fourth

    def A(self, x: Tensor) -> Tensor:
        """``sum_c mask_c * x_c``."""
        check_image(x, spatial=(2,))
        if x.shape[1] != 3:
            raise ShapeError(f"`x` must have 3 channels, got {x.shape[1]}; give a colour image.")
        return pick_mosaic(x, self.cell)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Each sample in the channel it was taken from, zero in the others."""
        check_float(y, "y")
        return fill_mosaic(y, self.cell, 3)

    @override
    def pixel_mask(self, y: Tensor) -> Tensor:
        return self.mask(y)

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """The identity, in the basis of the pixels."""
        return Diagonal(Pixels(), Pixels(), lambda: like.real.new_ones((1, 1, 1, 1)))

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``b / (mask + rho)``, more accurate for a small ``rho`` than what follows from ``A A^H``."""
        return b / (self.mask(b) + per_image(rho, b.real))
