"""Denoising by the expected patch log-likelihood."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.gaussian_mixture import GaussianMixture
from preimage.errors import ShapeError
from preimage.transform import assemble_patches, extract_patches, patch_counts

__all__ = ["EPLLDenoiser"]


class EPLLDenoiser(Denoiser):
    """Half-quadratic descent on ``1/(2 sigma^2) ||x - y||^2 + g(x)``, with ``g`` :class:`preimage.optim.EPLL`.

    For each ``b`` of ``betas``: every patch of ``x``, less its mean, goes to the component that most likely made it
    under noise of variance ``s = sigma^2 / b`` and through that component's Wiener filter ``C (C + s I)^-1``; then
    ``x = (y + b a) / (1 + b)`` with ``a`` the average of the filtered patches. In the objective this belongs to,
    pixels near the border, which are in fewer patches, have a data term that is lighter in proportion.

    The schedule ends well above the minimum of the objective, and is the better for it: of a 64x64 crop of a photograph
    at ``sigma`` 15/255 it makes 69 % of the possible fall, with a PSNR 2.2 dB above the minimiser's.

    Args:
        mixture: the mixture of patches without their mean, of dimension ``channels * size^2``.
        size: height and width of the patches.
        stride: from patch to patch; 1 is best and slowest.
        betas: weights of the coupling between image and patches, in units of ``1 / sigma^2``.
        sigma_range: the noise levels it is good for.

    Shapes: ``x`` (B, channels, H, W) with H, W >= ``size``; gradients flow with the choice of components held fixed.

    Raises:
        ShapeError: the dimension of the mixture is no multiple of ``size^2``.

    Source: Zoran & Weiss 2011, section 3.
    """

    def __init__(
        self,
        mixture: GaussianMixture,
        size: int = 8,
        stride: int = 1,
        betas: Sequence[float] = (1, 4, 8, 16, 32),
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        check_count("size", size, "give the side of a patch in pixels")
        check_count("stride", stride, "one takes all patches")
        for beta in betas:
            check_level("betas", beta, "the published ones are 1, 4, 8, 16, 32")
        dim = mixture.means.shape[1]
        if dim % size**2:
            raise ShapeError(f"`mixture` must have a multiple of {size**2} dimensions, got {dim}; change `size`.")
        self.mixture = mixture
        self.size = size
        self.stride = stride
        self.betas = tuple(betas)
        self.sigma_range = sigma_range
        # In every pass a pixel sees the patches it is in. Longer strides count from the corner of the image.
        radius = len(self.betas) * (size - 1) if stride == 1 else None
        low, high = sigma_range
        self.traits = Traits(dim // size**2, (low, high), radius, stride)

    @classmethod
    def untrained(
        cls, channels: int, size: int, components: int, sigma_range: tuple[float, float] = (0.0, math.inf)
    ) -> Self:
        """One with standard normal components, whose ``state_dict`` is there to be loaded."""
        dim = channels * size**2
        weights = torch.full((components,), 1 / components)
        mixture = GaussianMixture(weights, torch.zeros(components, dim), torch.eye(dim).repeat(components, 1, 1))
        return cls(mixture, size, sigma_range=sigma_range)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        variances = per_image(sigma, x).flatten().square().expand(len(x))
        return torch.cat([x[:0], *(self._denoised(x[i : i + 1], variances[i]) for i in range(len(x)))])

    def _denoised(self, y: Tensor, variance: Tensor) -> Tensor:
        counts, x = patch_counts(y, self.size, self.stride), y
        for beta in self.betas:
            patches = extract_patches(x, self.size, self.stride)
            mean = patches.mean(-1, keepdim=True)
            filtered = wiener(self.mixture, (patches - mean)[0], variance / beta)[None] + mean
            average = assemble_patches(filtered, tuple(y.shape), self.size, self.stride) / counts
            x = (y + beta * average) / (1 + beta)
        return x


def wiener(mixture: GaussianMixture, v: Tensor, variance: Tensor) -> Tensor:
    """``m + C (C + variance I)^-1 (v - m)`` with the component most likely behind each noisy ``v`` (n, d)."""
    noisy = mixture.with_noise(variance)
    which = noisy.most_likely(v)
    filters = torch.linalg.solve(noisy.covariances, mixture.covariances)  # the transpose of C (C + s I)^-1
    order = which.argsort()
    groups = (v - mixture.means[which])[order].split(which.bincount(minlength=len(filters)).tolist())
    filtered = torch.cat([group @ matrix for group, matrix in zip(groups, filters, strict=True)])
    return mixture.means[which] + filtered[order.argsort()]
