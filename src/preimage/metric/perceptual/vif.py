"""Visual information fidelity in the domain of pixels."""

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.kernels.sliding.window_means import gaussian_weights, window_means
from preimage.metric.base import Metric
from preimage.metric.perceptual.brightness import brightness, check_pictures

__all__ = ["VIF"]

_LEAST, _SMALL = 41, 1e-10


class VIF(Metric):
    """Visual information fidelity (pixel domain): ``sum log(1 + g^2 s^2 / (v + n)) / sum log(1 + s^2 / n)``.

    The sums go over windows and four scales. In each window ``x_hat`` is taken for ``g x`` plus noise of variance
    ``v``: ``s^2`` is the variance of ``x``, ``g`` the covariance divided by it (zero where negative), and ``n`` the
    variance of what the eye adds. 1 for the truth, more where contrast is enhanced; NaN where the truth is constant,
    because it holds no information. Windows are Gaussians of 17, 9, 5, 3 pixels with a standard deviation of a fifth
    of that, inside the image only; each scale but the first is the one before, seen through its own window at every
    second pixel. So a border of 8 pixels is not scored at the first scale. Of RGB the brightness ``0.299 R + 0.587 G +
    0.114 B`` is scored.

    Args:
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].
        noise: the variance ``n``, for values up to 255, > 0.

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real, at least 41 pixels in each direction.

    Raises:
        ArgumentError: a number is not positive.

    Source: Sheikh, Bovik, "Image information and visual quality", TIP 15, 2006, in the authors' variant for pixels.
    """

    higher_is_better = True

    def __init__(self, data_range: float = 1.0, noise: float = 2.0) -> None:
        super().__init__()
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        check_level("noise", noise, "2 is published")
        self.data_range = data_range
        self.noise = noise

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pictures(x_hat, x, _LEAST)
        a, b = ((255 / self.data_range) * brightness(image) for image in (x_hat, x))
        # Variances do not change, and keep more digits.
        a, b = (image - image.mean((1, 2, 3), keepdim=True) for image in (a, b))
        kept, there = x.new_zeros(len(x)), x.new_zeros(len(x))
        for taps in (17, 9, 5, 3):
            window = gaussian_weights(taps, taps / 5)
            if taps < 17:
                a, b = window_means(a, window, 2), window_means(b, window, 2)
            both = [self._information(*pair, window) for pair in zip(a.split(1), b.split(1), strict=True)]
            if both:
                kept, there = kept + torch.cat([k for k, _ in both]), there + torch.cat([t for _, t in both])
        return kept / there

    def _information(self, a: Tensor, b: Tensor, window: list[float]) -> tuple[Tensor, Tensor]:
        """What is left of the information in one image, and what there was, at one scale."""
        mean_a, mean_b, aa, bb, ab = (window_means(product, window) for product in (a, b, a * a, b * b, a * b))
        variance, truth = (aa - mean_a.square()).clamp_min(0), (bb - mean_b.square()).clamp_min(0)
        covariance = ab - mean_a * mean_b
        is_seen = (truth >= _SMALL) & (variance >= _SMALL) & (covariance > 0)
        gain = torch.where(is_seen, covariance / (truth + _SMALL), 0)
        rest = (variance - gain * covariance).clamp_min(_SMALL)
        kept = (gain.square() * truth / (rest + self.noise)).log1p()
        there = (torch.where(truth >= _SMALL, truth, 0) / self.noise).log1p()
        return kept.flatten(1).sum(1), there.flatten(1).sum(1)
