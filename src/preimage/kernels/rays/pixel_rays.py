"""The ray of each pixel, as numbers that kernels read."""

from dataclasses import dataclass

from torch import Tensor

__all__ = ["PixelRays"]


@dataclass(frozen=True)
class PixelRays:
    """Where the detector sees each pixel, for back-projection.

    The pixel in row ``i`` and column ``j`` is ``a = across . (1, i, j)`` beside the middle ray and ``b = ahead . (1, i,
    j)`` along it; the detector sees it at bin ``zero + gain a / b``, or ``zero + gain atan(a / b)`` if it is curved.
    A view counts ``1 / b^2``.

    Attributes:
        shape: the shape of the image, (H, W).
        across: (V, 3).
        ahead: (V, 3); (1, 0, 0) everywhere if ``is_parallel``.
        zero: the bin of the middle ray.
        gain: bins per unit of the ratio, or per radian.
        is_parallel: whether all rays of a view are parallel.
        is_curved: whether bins have equal angles.

    Tensors are float64.
    """

    shape: tuple[int, int]
    across: Tensor
    ahead: Tensor
    zero: float
    gain: float
    is_parallel: bool
    is_curved: bool
