"""How strong the noise of an image is."""

import math

import torch
from torch import Tensor

from preimage._module import Module
from preimage._ranges import check_count
from preimage._shapes import check_image
from preimage.transform import Wavelet

__all__ = ["PatchCovarianceNoiseEstimator", "WaveletNoiseEstimator", "estimate_sigma"]


def estimate_sigma(x: Tensor) -> Tensor:
    """Estimate the standard deviation of white noise by the default estimator.

    It is :class:`PatchCovarianceNoiseEstimator` with its default settings.

    Args:
        x: images (B, C, H, W) in image units.

    Returns:
        Standard deviations (B,), in image units.
    """
    return PatchCovarianceNoiseEstimator()(x)


class WaveletNoiseEstimator(Module):
    r"""``sigma = median |d| / 0.6745``, with ``d`` the finest wavelet details that are diagonal.

    One ``sigma`` for all channels: the root mean square of those of the channels. Fast, but texture counts as noise.

    Args:
        wavelet: an orthogonal wavelet of PyWavelets.

    Shapes: ``x`` (B, C, H, W); the result (B,).

    Source: Donoho & Johnstone 1994.
    """

    def __init__(self, wavelet: str = "db4") -> None:
        super().__init__()
        self.wavelet = wavelet

    def forward(self, x: Tensor) -> Tensor:
        """The noise level of each image."""
        check_image(x, spatial=(2,))
        transform = Wavelet(self.wavelet, level=1)
        _, (_, _, diagonal) = transform.bands(transform.analysis(x))
        if diagonal.numel() == 0:
            return x.new_zeros(x.shape[0])
        return (diagonal.flatten(2).abs().median(2).values / 0.67448975).square().mean(1).sqrt()


class PatchCovarianceNoiseEstimator(Module):
    r"""``sigma^2`` is the least variance that patches of the image have in any direction of patch space.

    A patch of a clean image lies near a low-dimensional subspace, so that across it there is only noise. Three things
    keep texture, sampling and clipping out of the estimate:

    * only the patches with the least energy at low frequencies (cosine transform, mean excepted) are used, and only
      their high frequencies, where white noise knows nothing of that choice;
    * the directions come from one half of these patches (alternate blocks of the image) and the variance along them
      from the other, because the smallest of many sample variances is too small;
    * where the image is clipped at its darkest or brightest value, patches whose mean is closer than ``sigma`` to it
      are left out, and the variance that clipping takes from the others is made up for.

    Channels are taken together, with one ``sigma``: in a patch of a colour image there is far more redundancy than in
    one of a grey image. Large images are subsampled on a regular grid of patches; nothing is random. Noise that is not
    white (JPEG, demosaicked or resized pictures) is underestimated.

    Args:
        patch_size: side of the patches, >= 3; by default 8 for one channel and 5 for three.
        max_patches: about the most patches looked at.

    Shapes: ``x`` (B, C, H, W); the result (B,).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Chen, Zhu, Heng 2015 (eigenvalues of the patch covariance); Ponomarenko et al. 2003 (choice of blocks by
    their low frequencies); Foi 2009 (variance of clipped noise). The combination and the two halves are ours.
    """

    def __init__(self, patch_size: int | None = None, max_patches: int = 1 << 16) -> None:
        super().__init__()
        if patch_size is not None:
            check_count("patch_size", patch_size, "8 is the default for one channel", least=3)
        check_count("max_patches", max_patches, "65536 is the default")
        self.patch_size = patch_size
        self.max_patches = max_patches

    def forward(self, x: Tensor) -> Tensor:
        """The noise level of each image; zero where there is too little of it to tell."""
        check_image(x, spatial=(2,))
        with torch.no_grad():
            return torch.tensor([self._one(image) for image in x], dtype=x.dtype, device=x.device)

    def _one(self, image: Tensor) -> float:
        channels, height, width = image.shape
        side = self.patch_size or min(8, max(3, math.isqrt(80 // channels)))
        patches, half = _without_border(*_patches(image, min(side, height), min(side, width), self.max_patches))
        # With several channels texture is no trouble, and more patches mean less variance.
        return _Sample(patches, half, share=0.1 if channels == 1 else 0.5).sigma()


def _patches(image: Tensor, tall: int, wide: int, most: int) -> tuple[Tensor, Tensor]:
    """Patches (N, C, tall, wide) on a regular grid, and which of two halves, made of alternate blocks, each is in."""
    windows = image.unfold(1, tall, 1).unfold(2, wide, 1)
    stride = max(1, round(math.sqrt(windows.shape[1] * windows.shape[2] / most)))
    windows = windows[:, ::stride, ::stride]
    rows, columns = (torch.arange(n) * stride // 16 for n in windows.shape[1:3])
    half = (rows[:, None] + columns) % 2 == 0
    patches = windows.permute(1, 2, 0, 3, 4).flatten(0, 1)
    return patches.to("cpu", torch.float64), half.flatten()


def _without_border(patches: Tensor, half: Tensor) -> tuple[Tensor, Tensor]:
    """Leave out the patches of areas of one colour, such as borders, where noise is seen everywhere else.

    Noise never gives the same value in a whole area, so that such an area was not measured. In a drawing without
    noise, however, what is left beside one is edges, in which neighbouring pixels are often equal.
    """
    constant = (patches == patches[..., :1, :1]).flatten(1).all(1)
    if not bool(constant.any()):
        return patches, half
    colours, counts = patches[constant][..., 0, 0].unique(dim=0, return_counts=True)
    inside = torch.zeros(len(patches), dtype=torch.bool)
    for colour in colours[counts >= 0.02 * len(patches)]:
        inside |= (patches == colour[:, None, None]).all(1).flatten(1).double().mean(1) >= 0.25
    rest = patches[~inside]
    if not bool(inside.any()) or len(rest) < max(256, 0.05 * len(patches)):
        return patches, half
    equal = (rest[..., 1:] == rest[..., :-1]).double().mean()
    return (rest, half[~inside]) if float(equal) < 0.25 else (patches, half)


class _Sample:
    """Patches of one image in the cosine basis, and what decides whether one of them counts."""

    def __init__(self, patches: Tensor, half: Tensor, share: float) -> None:
        tall, wide = patches.shape[2:]
        order = (torch.arange(tall)[:, None] + torch.arange(wide)).flatten()
        low = order < max(tall, wide)
        basis = torch.kron(_cosines(tall), _cosines(wide))
        pixels = patches.flatten(2)
        self.energy = (pixels @ basis[low & (order > 0)].T).square().sum((1, 2))
        self.high = (pixels @ basis[~low].T).flatten(1)
        self.half = half
        self.needed = min(len(patches), max(int(share * len(patches)), 16 * self.high.shape[1]))
        darkest, brightest = patches.amin(), patches.amax()
        means = pixels.mean(2)
        never = torch.full_like(means, math.inf)
        often = 1e-3 * patches.numel()
        # Distances of the mean from where values are clipped.
        self.above = means - darkest if int((patches == darkest).sum()) > often else never
        self.below = brightest - means if int((patches == brightest).sum()) > often else never
        self.margin = torch.minimum(self.above, self.below).amin(1)

    def sigma(self) -> float:
        """The level measured in patches chosen, where there is clipping, by that same level."""
        if self.high.shape[1] == 0:
            return 0.0
        variance = self._variance(self._chosen(0.0))
        if bool(self.margin.isinf().all()):
            return math.sqrt(variance)
        for _ in range(10):
            sigma = math.sqrt(variance)
            if sigma < 1e-7:
                return 0.0
            chosen = self._chosen(sigma)
            before, variance = variance, self._variance(chosen) / self._left_by_clipping(chosen, sigma)
            if abs(variance - before) <= 1e-3 * before:
                break
        return math.sqrt(variance)

    def _chosen(self, sigma: float) -> Tensor:
        """Which patches to use: of those away from clipping the least textured."""
        free = self.margin > sigma
        count = min(self.needed, max(int(free.sum()), 2))
        if int(free.sum()) < min(self.needed, 4 * self.high.shape[1]):
            return self.margin >= self.margin.kthvalue(len(free) - self.needed + 1).values
        return free & (self.energy <= self.energy[free].kthvalue(count).values)

    def _variance(self, chosen: Tensor) -> float:
        halves = [self.high[chosen & self.half], self.high[chosen & ~self.half]]
        if min(len(part) for part in halves) < self.high.shape[1]:
            halves = [self.high[chosen]] * 2
        first, second = (_covariance(part) for part in halves)
        count = max(1, self.high.shape[1] // 8)
        total = 0.0
        for fitted, measured in ((first, second), (second, first)):
            directions = torch.linalg.eigh(fitted).eigenvectors[:, :count]
            total += float((directions * (measured @ directions)).sum()) / count
        return max(total / 2, 0.0)

    def _left_by_clipping(self, chosen: Tensor, sigma: float) -> float:
        """Which fraction of the variance of the noise is left in the chosen patches."""
        above, below = (distance[chosen].clamp_max(10 * sigma) / sigma for distance in (self.above, self.below))
        return float(_clipped_variance(above, below).mean())


def _covariance(vectors: Tensor) -> Tensor:
    centred = vectors - vectors.mean(0)
    return centred.T @ centred / max(1, len(vectors) - 1)


def _clipped_variance(a: Tensor, b: Tensor) -> Tensor:
    """Variance of a standard normal variable clipped to [-a, b]."""
    below, above = torch.special.ndtr(-a), torch.special.ndtr(-b)
    density_a, density_b = (torch.exp(-t.square() / 2) / math.sqrt(2 * math.pi) for t in (a, b))
    mean = density_a - density_b - a * below + b * above
    square = 1 - below - above - a * density_a - b * density_b + a.square() * below + b.square() * above
    return square - mean.square()


def _cosines(n: int) -> Tensor:
    """The orthonormal cosine transform (DCT-II) as a matrix."""
    row = torch.arange(n, dtype=torch.float64)
    matrix = torch.cos(torch.pi * (row + 0.5) * row[:, None] / n) * math.sqrt(2 / n)
    matrix[0] /= math.sqrt(2)
    return matrix
