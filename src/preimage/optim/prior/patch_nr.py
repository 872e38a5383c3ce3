"""Patches judged by a normalising flow."""

from torch import Tensor

from preimage.optim.prior.patch import PatchFunctional
from preimage.optim.prior.patch_flow import PatchFlow

__all__ = ["PatchNR"]


class PatchNR(PatchFunctional):
    r"""``g(x) = -weight (stride / size)^2 sum_i log p(P_i x)`` with ``p`` a normalising flow on patches.

    A pixel is in about ``(size / stride)^2`` patches and counts once; the paper takes the mean over a random subset of
    patches, which here are all there are. Patches keep their means.

    Args:
        flow: on vectors of dimension ``C * size^2``.
        size: height and width of the patches; 6 in the paper.
        stride: from patch to patch, at most ``size``.
        weight: > 0, a float or (B,).

    Shapes: (B, C, H, W) with H, W >= ``size``.

    Source: Altekrueger, Denker, Hagemann, Hertrich, Maass, Steidl 2023.
    """

    def __init__(self, flow: PatchFlow, size: int = 6, stride: int = 1, weight: float | Tensor = 1.0) -> None:
        super().__init__(size, stride, weight)
        self.flow = flow

    def energy(self, patches: Tensor) -> Tensor:
        """``-log p`` of the patches."""
        return -self.flow.log_prob(patches)
