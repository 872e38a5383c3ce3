"""Filters whose responses on natural images have heavy tails."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_level
from preimage._shapes import check_image
from preimage.errors import ShapeError
from preimage.functional import Smooth

__all__ = ["FieldsOfExperts"]

_SAMPLES = 16  # of the spectrum, per degree of the trigonometric polynomial


class FieldsOfExperts(Smooth):
    r"""``g(x) = sum_k sum_i weight_k log(1 + |(f_k * x)_i|^2 / scale_k^2)``: a Student-t expert for every filter.

    ``*`` is correlation, at the positions where a filter lies within the image: nothing is assumed about the border,
    and an image smaller than the filters has the value zero. The functional is not convex. Any of the three tensors
    may be an ``nn.Parameter`` to be learned.

    Args:
        filters: ``f_k``, (K, C, h, w) for images of C channels; (K, 1, h, w) acts on each channel on its own.
        weights: >= 0, (K,).
        scale: > 0, in image units, (K,): responses well below are penalised quadratically, above hardly.

    Shapes: (B, C, H, W), real or complex.

    Raises:
        ArgumentError: a weight or a scale is out of its range.
        ShapeError: the three tensors do not fit each other, or the filters do not fit the image.

    Source: Roth & Black 2005, equations 4-7.
    """

    def __init__(self, filters: Tensor, weights: Tensor, scale: Tensor) -> None:
        super().__init__()
        check_level("weights", weights, "leave filters without a weight out", zero=True)
        check_level("scale", scale, "give a response in image units")
        self.filters = filters
        self.weights = weights
        self.scale = scale
        if filters.ndim != 4 or weights.shape != filters.shape[:1] or scale.shape != filters.shape[:1]:
            raise ShapeError(
                "`filters`, `weights` and `scale` must have shapes (K, C, h, w), (K,) and (K,), got "
                f"{tuple(filters.shape)}, {tuple(weights.shape)} and {tuple(scale.shape)}; give one of each per filter."
            )

    @classmethod
    def dct(cls, size: int = 5, weight: float = 1.0, scale: float = 0.1) -> Self:
        """The orthonormal cosine basis of ``size`` x ``size`` patches without the constant, for each channel."""
        n = torch.arange(size, dtype=torch.float64)
        basis = (2 / size) ** 0.5 * torch.cos(math.pi / size * torch.outer(n, n + 0.5))
        basis[0] = size**-0.5
        filters = torch.einsum("ai,bj->abij", basis, basis).reshape(-1, 1, size, size)[1:]
        ones = torch.ones(size * size - 1)
        return cls(filters.to(torch.get_default_dtype()), weight * ones, scale * ones)

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        response = self._responses(x)
        power = response.abs().square() / self._per_filter(self.scale, x) ** 2
        value = self._per_filter(self.weights, x) * power.log1p()
        return value.reshape(x.shape[0], -1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``sum_k f_k^T (2 weight_k r_k / (scale_k^2 + |r_k|^2))`` with the responses ``r_k = f_k * x``."""
        response = self._responses(x)
        slope = 2 * self._per_filter(self.weights, x) * response
        slope = slope / (self._per_filter(self.scale, x) ** 2 + response.abs().square())
        if response.numel() == 0:
            return torch.zeros_like(x)
        return F.conv_transpose2d(slope, self.filters.to(x)).reshape(x.shape)

    def lipschitz(self, x: Tensor) -> Tensor:
        r"""A bound on ``sup_w ||sum_k 2 |weight_k| / scale_k^2 f^_k(w) f^_k(w)^H||``, at most 4 % above it.

        The supremum is that of trigonometric polynomials of degree n < ``size``, which exceeds the largest of N
        samples by a factor of ``1 / cos(pi n / N)`` at most, along each axis.
        """
        degrees = [n - 1 for n in self.filters.shape[-2:]]
        samples = [max(1, _SAMPLES * n) for n in degrees]
        spectrum = torch.fft.fft2(self.filters.to(x.real), s=samples).permute(2, 3, 1, 0)
        curvature = 2 * self.weights.to(x.real).abs() / self.scale.to(x.real) ** 2
        matrices = (spectrum * curvature) @ spectrum.mH
        largest = torch.linalg.eigvalsh(matrices).amax()
        slack = math.prod(math.cos(math.pi * n / size) for n, size in zip(degrees, samples, strict=True))
        return (largest / slack).reshape(1)

    def _responses(self, x: Tensor) -> Tensor:
        check_image(x, spatial=(2,))
        channels, *size = self.filters.shape[1:]
        if channels not in (1, x.shape[1]):
            raise ShapeError(
                f"`x` must have the {channels} channels of the filters, got {x.shape[1]}; give filters (K, 1, h, w) to "
                "take each channel on its own."
            )
        if any(n < k for n, k in zip(x.shape[-2:], size, strict=True)):
            return x.new_zeros(x.shape[0], len(self.filters), 0, 0)
        return F.conv2d(x.reshape(-1, channels, *x.shape[-2:]), self.filters.to(x))

    def _per_filter(self, values: Tensor, like: Tensor) -> Tensor:
        return values.to(like.real).reshape(-1, 1, 1)
