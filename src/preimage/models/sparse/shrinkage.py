"""The shrinkage operators of sparse codes: alone, with their group, towards their neighbours' mean."""

import torch
from torch import Tensor

from preimage.models.sparse.similarity import SimilarityMatrix

__all__ = ["centralized_threshold", "shrink", "soft_group_threshold"]


class _Shrink(torch.autograd.Function):
    """``u - sign(t) clamp(u, -|t|, |t|)``, which is soft thresholding, with a derivative in few passes."""

    @staticmethod
    def forward(ctx, codes: Tensor, threshold: Tensor) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(codes, threshold)
        size = threshold.abs()
        inner = codes.clamp(-size, size)
        return codes - (inner if _none_negative(threshold) else inner * _sign(threshold))

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        codes, threshold = ctx.saved_tensors
        outside = torch.ops.aten.threshold_backward(grad, codes.abs() - threshold.abs(), 0)
        slope = -(outside * codes.sign()).sum_to_size(threshold.shape)
        if _none_negative(threshold):
            return outside, slope
        return outside + (1 - _sign(threshold)) * (grad - outside), slope


def _none_negative(threshold: Tensor) -> bool:
    return not bool((threshold < 0).any())


def _sign(threshold: Tensor) -> Tensor:
    """-1 for negative numbers, 1 for the others."""
    return 1 - 2 * (threshold < 0).to(threshold.dtype)


def shrink(codes: Tensor, threshold: Tensor) -> Tensor:
    """``relu(u - t) - relu(-u - t)``: soft thresholding for ``t >= 0``, and what it continues to for ``t < 0``.

    Shapes: ``codes`` (B, n, atoms), ``threshold`` (1 or B, 1, atoms).
    """
    return _Shrink.apply(codes, threshold.to(codes.dtype))  # type: ignore[return-value]


def soft_group_threshold(
    codes: Tensor, threshold: Tensor, similarity: SimilarityMatrix, in_place: bool = False
) -> Tensor:
    r"""``u_ik max(1 - t_k sqrt(sum_j S_ij) / sqrt(sum_j S_ij u_jk^2), 0)``: an atom stays where the group uses it.

    Where the similarities ``S`` are those of a partition into groups, this is the prox of the group lasso with
    thresholds that grow with the root of the size of the group. The factor is at most two, as in :func:`shrink`: with a
    negative threshold it would have no bound for small codes, and flat patches would explode.

    Args:
        in_place: write the result over ``codes``.

    Shapes: ``codes`` (B, n, atoms), ``threshold`` (1 or B, 1, atoms).

    Source: Lecouat, Ponce, Mairal 2020, equation 11; 1e-12 and 1e-8 under the roots as in the authors' program.
    """

    def shrunk(total: Tensor, power: Tensor, here: Tensor) -> Tensor:
        size = (total + 1e-12).sqrt()
        if in_place:
            return power.add_(1e-8).rsqrt_().mul_(size).mul_(-threshold).add_(1).clamp_(0, 2).mul_(here)
        return here * (1 - threshold * (size * (power + 1e-8).rsqrt())).clamp(0, 2)

    return similarity.mapped(codes, shrunk, torch.square, in_place)


def centralized_threshold(
    codes: Tensor, threshold: Tensor, pull: Tensor, similarity: SimilarityMatrix, in_place: bool = False
) -> Tensor:
    r"""The prox of ``t_k |u| + p_k |u - b_ik|`` with ``b_i = sum_j S_ij u_j / sum_j S_ij``, the mean of the like.

    For ``t, p >= 0`` it is the median of ``soft(u - p, t)``, ``b`` and ``soft(u + p, t)``.

    Shapes: ``codes`` (B, n, atoms), ``threshold`` and ``pull`` (1 or B, 1, atoms).

    Source: Dong, Zhang, Shi, Li 2012 (centralized sparse representation), with absolute values; the closed form
    follows from the optimality condition, which is piecewise linear.
    """

    def shrunk(total: Tensor, product: Tensor, here: Tensor) -> Tensor:
        mean = product / (total + 1e-12)
        low, high = shrink(here - pull, threshold), shrink(here + pull, threshold)
        return torch.minimum(torch.maximum(mean, low), high)

    return similarity.mapped(codes, shrunk, in_place=in_place)
