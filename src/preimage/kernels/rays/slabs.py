"""Rays through an image, row by row or column by column, as numbers that kernels read."""

from dataclasses import dataclass

from torch import Tensor

__all__ = ["FanBins", "Slabs"]


@dataclass(frozen=True)
class FanBins:
    """Where on the detector the lines of a fan end, in borders of bins.

    The line with the knot ``t`` leaves the middle ray by the angle ``a`` with ``tan a = (t - middle) / (1 + t middle)``
    and ends at ``zero + gain tan a``, or ``zero + gain a`` if the detector is curved.

    Attributes:
        middle: the knot of the middle ray, (V,).
        zero: where the middle ray ends, counted in the order of the knots, (V,).
        gain: borders per unit of the tangent, or per radian.
        is_curved: whether bins have equal angles.

    Tensors are float64.
    """

    middle: Tensor
    zero: Tensor
    gain: float
    is_curved: bool


@dataclass(frozen=True)
class Slabs:
    """The borders of detector bins, as lines through an image of ``shape`` pixels.

    A view sees the image as a pile of slabs, which are its rows where ``along_rows`` holds, else its columns. Pixel
    ``j`` of a slab reaches from ``j`` to ``j + 1``. The line of border ``k`` crosses the middle of slab ``r`` at
    ``knots[k] (scale[0] + r scale[1]) + shift[0] + r shift[1]``. What the bin between two borders measures of a slab is
    ``weights[k] / (scale[0] + r scale[1])`` times the sum of the pixels, each weighted by the length of it that lies in
    the bin: this is the distance-driven projector of De Man & Basu, Physics in Medicine and Biology 49, 2004, with
    the weight that makes the values line integrals, averaged over the bin.

    Attributes:
        shape: the shape of the image, (H, W).
        along_rows: whether the slabs of each view are rows.
        knots: (V, K + 1), ascending.
        scale: (V, 2), positive at every slab.
        shift: (V, 2).
        weights: (V, K).
        flipped: whether bins of each view are counted against the order of the knots.
        fan: how knots follow from the angles of a fan; None for parallel rays, whose knots are equally spaced in each
            view, with a ``scale`` of 1 everywhere.
        widest_bin: in pixels; the bound on the length of a bin at any slab.
        widest_pixel: in bins; the bound on the length of a pixel.

    Tensors are float64.
    """

    shape: tuple[int, int]
    along_rows: tuple[bool, ...]
    knots: Tensor
    scale: Tensor
    shift: Tensor
    weights: Tensor
    flipped: tuple[bool, ...]
    fan: FanBins | None
    widest_bin: float
    widest_pixel: float
