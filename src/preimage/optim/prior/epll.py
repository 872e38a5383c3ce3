"""The expected patch log-likelihood."""

from torch import Tensor

from preimage.denoisers import GaussianMixture
from preimage.optim.prior.patch import PatchFunctional

__all__ = ["EPLL"]


class EPLL(PatchFunctional):
    r"""``g(x) = -weight (stride / size)^2 sum_i log p(P_i x)`` under a mixture of Gaussians, with its exact gradient.

    ``P_i x`` is patch ``i`` less its mean: all means are equally likely. A pixel is in about ``(size / stride)^2``
    patches and counts once. There is no closed prox; the half-quadratic steps of the paper, which descend on
    ``1/(2 sigma^2) ||x - y||^2 + g(x)``, are ``PnP(EPLLDenoiser(mixture))``.

    Args:
        mixture: the mixture of patches without their mean, of dimension ``C * size^2``.
        size: height and width of the patches.
        stride: from patch to patch, at most ``size``.
        weight: > 0, a float or (B,).

    Shapes: (B, C, H, W) with H, W >= ``size``.

    Source: Zoran & Weiss 2011, equations 2-3.
    """

    def __init__(self, mixture: GaussianMixture, size: int = 8, stride: int = 1, weight: float | Tensor = 1.0) -> None:
        super().__init__(size, stride, weight)
        self.mixture = mixture

    def energy(self, patches: Tensor) -> Tensor:
        """``-log p`` of the patches less their means."""
        return -self.mixture.log_prob(patches - patches.mean(-1, keepdim=True))
