"""A fully connected autoencoder."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.denoisers.base import Denoiser, Traits
from preimage.errors import ShapeError

__all__ = ["AutoEncoder"]


class AutoEncoder(Denoiser):
    """``D(x) = d(e(x))``: few numbers that tell of a whole image, and the image again; ``sigma`` is not used.

    ``e(x) = W_2 relu(W_1 x + b_1) + b_2`` and ``d`` likewise, in matrices: images of one size only, and every pixel
    counts for every other. Trained on noisy images it is a denoising autoencoder; ``decode`` is a generator for
    :class:`preimage.models.CSGM`.

    Args:
        shape: (C, H, W) of the images, or (C, D, H, W).
        width: numbers between pixels and code.
        latent: numbers of the code.
        residual: whether ``x`` is added to the result.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, *shape); the result is like ``x``.

    Raises:
        ArgumentError: a number is below one.
        ShapeError: (in a call) the image has another shape.

    Source: Hinton, Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 313, 2006;
    Vincent, Larochelle, Bengio, Manzagol, "Extracting and composing robust features with denoising autoencoders", ICML
    2008.
    """

    def __init__(
        self,
        shape: Sequence[int],
        width: int = 1000,
        latent: int = 32,
        residual: bool = False,
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        for name, value in (("width", width), ("latent", latent), *(("shape", size) for size in shape)):
            check_count(name, value, "give at least one")
        self.shape = tuple(shape)
        self.width = width
        self.latent = latent
        self.residual = residual
        self.sigma_range = tuple(sigma_range)
        pixels = torch.Size(self.shape).numel()
        self.encoder = nn.Sequential(nn.Linear(pixels, width), nn.ReLU(), nn.Linear(width, latent))
        self.decoder = nn.Sequential(nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, pixels))
        low, high = sigma_range
        self.traits = Traits(self.shape[0], (low, high))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        found = self.decode(self.encode(x))
        return x + found if self.residual else found

    def encode(self, x: Tensor) -> Tensor:
        """The code of each image, (B, latent)."""
        if x.shape[1:] != self.shape:
            raise ShapeError(f"`x` must be (B, {', '.join(map(str, self.shape))}), got {tuple(x.shape)}; crop it.")
        return self.encoder(x.flatten(1))

    def decode(self, z: Tensor) -> Tensor:
        """The image of each code."""
        return self.decoder(z).reshape(len(z), *self.shape)
