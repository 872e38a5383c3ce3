"""Random changes of measurements, against which a reconstruction should be robust."""

import math

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_level
from preimage._shapes import check_float
from preimage.errors import ArgumentError, ShapeError
from preimage.transform.actions.base import Params, Transform, UnitaryTransform, image_by_image, uniforms

__all__ = ["RandomNoise", "RandomPhaseError"]

_SEEDS = 1 << 53


class RandomNoise(Transform):
    """``x + sigma n`` with standard normal ``n``, in each part of complex numbers; it has no inverse.

    The parameters are levels (B,), uniform between the bounds, and seeds (B,): the same parameters give the same noise.

    Args:
        low, high: the bounds of ``sigma``, ``0 <= low <= high``.

    Raises:
        ArgumentError: the bounds are in no order.

    Source: Desai et al., "VORTEX: physics-driven data augmentations using consistency training for robust accelerated
    MRI reconstruction", MIDL 2022.
    """

    def __init__(self, low: float = 0.0, high: float = 0.1) -> None:
        super().__init__()
        check_level("low", low, "give the least standard deviation", zero=True)
        if not low <= high < math.inf:
            raise ArgumentError(f"`high` must be at least `low`, got {high} below {low}; give (low, high).")
        self.low = low
        self.high = high

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        drawn = uniforms(batch, 2, rng)
        return self.low + (self.high - self.low) * drawn[:, 0], (_SEEDS * drawn[:, 1]).long()

    @override
    def transform(self, x: Tensor, params: Params) -> Tensor:
        check_float(x)
        keys = list(zip(params[0].tolist(), params[1].tolist(), strict=True))
        return image_by_image(_noisy, x, keys)


class RandomPhaseError(UnitaryTransform):
    """Even lines of k-space times ``exp(i a)``, odd lines times ``exp(i b)``, as between the echoes of a scanner.

    The parameters (B, 2) are ``a`` and ``b`` in radians, uniform in ``[-most, most)``.

    Args:
        most: the largest error in radians, >= 0.
        axis: the dimension that counts lines, negative: -2 where they are rows.

    Shapes: complex (B, C, H, W) or (B, C, D, H, W).

    Raises:
        ArgumentError: ``most`` is negative, or ``axis`` is none of -1, -2 and -3.
        ShapeError: (in a call) the measurement is real.

    Source: Desai et al., MIDL 2022 (VORTEX).
    """

    def __init__(self, most: float = math.pi, axis: int = -2) -> None:
        super().__init__()
        check_level("most", most, "give radians", zero=True)
        if axis not in (-3, -2, -1):
            raise ArgumentError(f"`axis` must be -1, -2 or -3, got {axis}; count from the last dimension.")
        self.most = most
        self.axis = axis

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return self.most * (2 * uniforms(batch, 2, rng) - 1)

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return self._turned(x, params)

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return self._turned(x, -params)

    def _turned(self, x: Tensor, angles: Tensor) -> Tensor:
        if not x.is_complex():
            raise ShapeError(f"`x` must be complex k-space, got {x.dtype}; measure complex images, as MRI does.")
        factors = torch.polar(torch.ones_like(angles), angles).to(x.device, x.dtype)
        lines = torch.arange(x.shape[self.axis], device=x.device) % 2
        shape = [1] * x.ndim
        shape[0], shape[self.axis] = len(factors), len(lines)
        return x * factors[:, lines].reshape(shape)


def _noisy(x: Tensor, key: tuple[float, int]) -> Tensor:
    """``x`` with the noise of a seed, the same for each of its images."""
    sigma, seed = key
    rng = torch.Generator().manual_seed(seed)
    one = x[:1]
    shape = (2, *one.shape) if x.is_complex() else one.shape
    noise = torch.randn(shape, generator=rng, dtype=torch.float64)
    parts = torch.complex(noise[0], noise[1]) if x.is_complex() else noise
    return x + sigma * parts.to(x.device, x.dtype)
