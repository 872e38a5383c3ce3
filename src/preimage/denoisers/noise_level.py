"""How strong the noise of an image is."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._module import Module
from preimage._ranges import check_count
from preimage._shapes import check_image
from preimage.kernels.patch_spectra import patch_spectra
from preimage.machine.threads import side_by_side
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
        with torch.no_grad(), side_by_side(x.device, len(x)) as each:
            return torch.tensor(list(each(self._one, x.cpu())), dtype=x.dtype, device=x.device)

    def _one(self, image: Tensor) -> float:
        channels, height, width = image.shape
        side = self.patch_size or min(8, max(3, math.isqrt(80 // channels)))
        grid = _Grid.of(image, min(side, height), min(side, width), self.max_patches)
        # With several channels texture is no trouble, and more patches mean less variance.
        return _Sample(grid, _without_border(grid), share=0.1 if channels == 1 else 0.5).sigma()


@dataclass(frozen=True)
class _Grid:
    """Patches of an image (C, H, W) at every ``stride``-th row and column, and in which of two halves each is, (N,)."""

    image: Tensor
    tall: int
    wide: int
    stride: int
    half: Tensor

    @classmethod
    def of(cls, image: Tensor, tall: int, wide: int, most: int) -> "_Grid":
        """About ``most`` patches; the halves are made of alternate blocks. Pixels between patches are left out."""
        down, along = image.shape[1] - tall + 1, image.shape[2] - wide + 1
        stride, side = max(1, round(math.sqrt(down * along / most))), max(tall, wide)
        starts = [torch.arange(0, n, stride) for n in (down, along)]
        half = (starts[0][:, None] // 16 + starts[1] // 16) % 2 == 0
        if stride > side:
            places = [(start[:, None] + torch.arange(side)).flatten() for start in starts]
            rows, columns = (p[p < n] for p, n in zip(places, image.shape[1:], strict=True))
            image, stride = image[:, rows][:, :, columns], side
        return cls(image, tall, wide, stride, half.flatten())

    def starts(self) -> tuple[Tensor, Tensor]:
        """The first row and the first column of the patches."""
        down, along = self.image.shape[1] - self.tall + 1, self.image.shape[2] - self.wide + 1
        return torch.arange(0, down, self.stride), torch.arange(0, along, self.stride)

    def count(self, marks: Tensor, tall: int, wide: int) -> Tensor:
        """How many ``marks`` (H, W) the first ``tall`` rows and ``wide`` columns of each patch have, (N,)."""
        sums = F.pad(marks.to(torch.int32).cumsum(0).cumsum(1), (1, 0, 1, 0))
        rows, columns = self.starts()
        bands = sums[rows + tall] - sums[rows]
        return (bands[:, columns + wide] - bands[:, columns]).flatten()

    def covered(self, kept: Tensor) -> Tensor:
        """How many of the patches ``kept`` (N,) each pixel is in, (H, W)."""
        rows, columns = self.starts()
        total = kept.reshape(len(rows), len(columns)).int()
        for axis, (start, side) in enumerate(((rows, self.tall), (columns, self.wide))):
            shape = [n if d != axis else self.image.shape[axis + 1] + 1 for d, n in enumerate(total.shape)]
            ends = total.new_zeros(shape).index_add_(axis, start, total).index_add_(axis, start + side, -total)
            total = ends.cumsum(axis, dtype=torch.int32).narrow(axis, 0, shape[axis] - 1)
        return total


def _without_border(grid: _Grid) -> Tensor:
    """Leave out the patches of areas of one colour, such as borders, where noise is seen everywhere else: (N,).

    Noise never gives the same value in a whole area, so that such an area was not measured. In a drawing without
    noise, however, what is left beside one is edges, in which neighbouring pixels are often equal.
    """
    image, tall, wide = grid.image, grid.tall, grid.wide
    everything = torch.ones_like(grid.half)
    right = image[..., 1:] == image[..., :-1]
    if wide > 1 and not bool(right.any()):
        return everything
    down = image[:, 1:] == image[:, :-1]
    constant = (grid.count(~right.all(0), tall, wide - 1) == 0) & (grid.count(~down.all(0), tall - 1, wide) == 0)
    if not bool(constant.any()):
        return everything
    rows, columns = grid.starts()
    corners = image[:, rows][:, :, columns].flatten(1)
    colours, counts = corners[:, constant].unique(dim=1, return_counts=True)
    inside = torch.zeros_like(everything)
    for colour in colours.T[counts >= 0.02 * len(everything)]:
        inside |= grid.count((image == colour[:, None, None]).all(0), tall, wide) >= 0.25 * tall * wide
    rest = ~inside
    if not bool(inside.any()) or int(rest.sum()) < max(256, 0.05 * len(rest)):
        return everything
    equal = sum(int(grid.count(same, tall, wide - 1)[rest].sum()) for same in right)
    # In patches one pixel wide there is nothing to tell.
    return rest if wide > 1 and equal < 0.25 * int(rest.sum()) * len(image) * tall * (wide - 1) else everything


class _Sample:
    """Patches of one image in the cosine basis, and what decides whether one of them counts."""

    def __init__(self, grid: _Grid, kept: Tensor, share: float) -> None:
        spectra = patch_spectra(grid.image, grid.tall, grid.wide, grid.stride)
        self.high, self.energy, means, self.half = spectra.high, spectra.energy, spectra.means, grid.half
        if not bool(kept.all()):
            self.high, self.energy, means = self.high[:, kept], self.energy[kept], means[:, kept]
            self.half = self.half[kept]
        count = len(self.energy)
        self.needed = min(count, max(int(share * count), 16 * len(self.high)))
        covered = grid.covered(kept)
        pixels = grid.image if bool((covered > 0).all()) else grid.image[:, covered > 0]
        darkest, brightest = pixels.amin(), pixels.amax()
        often = 1e-3 * len(grid.image) * int(covered.sum())

        def seen(value: Tensor) -> int:
            places = (grid.image == value).flatten().nonzero().flatten()
            return int(covered.flatten()[places % covered.numel()].sum())

        # Distances of the mean from where values are clipped.
        never = means.new_full((), math.inf).expand_as(means)
        self.above = means - darkest if seen(darkest) > often else never
        self.below = brightest - means if seen(brightest) > often else never
        is_clipped = self.above is not never or self.below is not never
        self.margin = torch.minimum(self.above, self.below).amin(0) if is_clipped else never[0]

    def sigma(self) -> float:
        """The level measured in patches chosen, where there is clipping, by that same level."""
        if len(self.high) == 0:
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
        there = int(free.sum())
        count = min(self.needed, max(there, 2))
        if there < min(self.needed, 4 * len(self.high)):
            return self.margin >= self.margin.kthvalue(len(free) - self.needed + 1).values
        candidates = self.energy if there == len(free) else self.energy[free]
        return free & (self.energy <= candidates.kthvalue(count).values)

    def _variance(self, chosen: Tensor) -> float:
        halves = [self._picked(chosen & self.half), self._picked(chosen & ~self.half)]
        if min(part.shape[1] for part in halves) < len(self.high):
            halves = [self._picked(chosen)] * 2
        first, second = (_covariance(part) for part in halves)
        count = max(1, len(self.high) // 8)
        total = 0.0
        for fitted, measured in ((first, second), (second, first)):
            directions = torch.linalg.eigh(fitted).eigenvectors[:, :count]
            total += float((directions * (measured @ directions)).sum()) / count
        return max(total / 2, 0.0)

    def _picked(self, chosen: Tensor) -> Tensor:
        return self.high.index_select(1, chosen.nonzero().flatten()).double()

    def _left_by_clipping(self, chosen: Tensor, sigma: float) -> float:
        """Which fraction of the variance of the noise is left in the chosen patches."""
        above, below = (distance[:, chosen].clamp_max(10 * sigma) / sigma for distance in (self.above, self.below))
        return float(_clipped_variance(above, below).mean())


def _covariance(vectors: Tensor) -> Tensor:
    """Of the columns of (F, N)."""
    total, count = vectors.sum(1), vectors.shape[1]
    return (vectors @ vectors.T - total[:, None] * total / count) / max(1, count - 1)


def _clipped_variance(a: Tensor, b: Tensor) -> Tensor:
    """Variance of a standard normal variable clipped to [-a, b]."""
    below, above = torch.special.ndtr(-a), torch.special.ndtr(-b)
    density_a, density_b = (torch.exp(-t.square() / 2) / math.sqrt(2 * math.pi) for t in (a, b))
    mean = density_a - density_b - a * below + b * above
    square = 1 - below - above - a * density_a - b * density_b + a.square() * below + b.square() * above
    return square - mean.square()
