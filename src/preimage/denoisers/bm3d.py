"""Block matching and collaborative filtering."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.denoisers.base import Denoiser, Traits
from preimage.errors import ShapeError
from preimage.kernels.grouping.blocks import filter_groups, match_blocks
from preimage.kernels.grouping.blocks_tensors import BlockSearch, Filter
from preimage.transform import dct

__all__ = ["BM3D"]

_SIZE = 8
# Of the publication, for pixels from 0 to 255 there.
_THRESHOLD, _FIRST_LIMIT, _SECOND_LIMIT, _BETA = 2.7, 2500 / 255**2, 400 / 255**2, 2.0
_FIRST_MOST, _SECOND_MOST = 16, 32
# The low-pass filter of the biorthogonal spline wavelet 1.5, in 256ths of the root of two.
_LOW = (3, -3, -22, 22, 128, 128, 22, -22, -3, 3)


class BM3D(Denoiser):
    r"""Similar blocks are stacked and filtered together: by hard thresholding, then by Wiener's filter with that pilot.

    Around each block of a grid the most similar ones are found, at most 16 and then 32. A stack is transformed in three
    dimensions (a spline wavelet, or cosines, and Haar's across blocks), shrunk, transformed back, and its blocks are
    averaged where they came from, weighted by how little noise is left. Sizes below 8 pixels are mirrored to 8.

    Channels are decorrelated by an orthonormal cosine transform, which for colours is the sum, the difference of red
    and blue, and what is orthogonal to both; blocks are matched in the sum alone.

    Args:
        stride: from block to block of the grid, in 1..8; 3 is published.
        reach: how far similar blocks are looked for, in pixels, >= 1; 19 is published.
        wiener: whether there is the second step, which gains 0.4 dB and takes two thirds of the time.

    Shapes: ``x`` (B, C, H, W), real, of any number of channels. Gradients flow through what is filtered, not through
    what is chosen.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: (in a call) images are complex; see :class:`preimage.denoisers.ComplexDenoiser`.

    Source: Dabov, Foi, Katkovnik, Egiazarian, "Image denoising by sparse 3-D transform-domain collaborative filtering",
    IEEE TIP 2007, with the parameters of its normal profile. Beyond 35/255 the limit of what is similar grows with the
    noise, which is ours and replaces the publication's other parameters for strong noise.
    """

    def __init__(self, stride: int = 3, reach: int = 19, wiener: bool = True) -> None:
        super().__init__()
        check_count("stride", stride, "3 is published")
        check_count("stride", 9 - stride, "it must be at most 8, or pixels are in no block")
        check_count("reach", reach, "19 is published")
        self.stride = stride
        self.reach = reach
        self.wiener = wiener
        # A pixel is in blocks, which are in groups of blocks that reach as far, of which each has its pixels.
        radius = 2 * (_SIZE - 1 + reach) * (2 if wiener else 1)
        self.traits = Traits(receptive_radius=radius, stride=stride)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        if x.is_complex():
            raise ShapeError(f"`x` must be real, got {x.dtype}; wrap the denoiser in ComplexDenoiser.")
        if not x.numel():
            return x.clone()
        levels = torch.as_tensor(sigma, dtype=torch.float64).reshape(-1).expand(len(x)).tolist()
        return torch.stack([self._one(image, level) for image, level in zip(x, levels, strict=True)])

    def _one(self, image: Tensor, sigma: float) -> Tensor:
        if sigma == 0:
            return image.clone()
        height, width = image.shape[1:]
        mixing = _cosines(len(image)).to(image)
        rows, columns = (_mirrored(n, image.device) for n in (height, width))
        mixed = torch.einsum("cd,dhw->chw", mixing, image[:, rows][:, :, columns])
        window = torch.kaiser_window(_SIZE, periodic=False, beta=_BETA, dtype=torch.float64)
        window = (window[:, None] * window).to(image)
        wavelet, cosines = _spline_wavelet().to(image), _cosines(_SIZE).to(image)
        inverse = torch.linalg.inv(_spline_wavelet()).to(image)
        scale = len(image)  # of squared differences of the sum against those of the mean
        # Blocks that are equal differ by twice the variance of the noise.
        limit = max(scale * _FIRST_LIMIT, 2 * sigma**2)
        search = BlockSearch(_SIZE, self.stride, self.reach, _FIRST_MOST, limit)
        groups = match_blocks(mixed[0].detach(), search)
        found = filter_groups(mixed, None, groups, Filter(wavelet, inverse, window, _THRESHOLD * sigma))
        if self.wiener:
            search = BlockSearch(_SIZE, self.stride, self.reach, _SECOND_MOST, scale * _SECOND_LIMIT)
            groups = match_blocks(found[0].detach(), search)
            found = filter_groups(mixed, found, groups, Filter(cosines, cosines.mT, window, sigma))
        return torch.einsum("cd,chw->dhw", mixing, found)[:, :height, :width]


def _cosines(count: int) -> Tensor:
    """The orthonormal cosine transform of ``count`` numbers, as a matrix."""
    return dct(torch.eye(count, dtype=torch.float64), 1).mT.contiguous()


def _mirrored(count: int, device: torch.device) -> Tensor:
    """The numbers of ``count`` pixels, and of their mirror images up to the size of a block."""
    numbers = torch.arange(max(count, _SIZE), device=device) % (2 * count)
    return torch.minimum(numbers, 2 * count - 1 - numbers)


def _spline_wavelet() -> Tensor:
    """Three levels of the periodic biorthogonal spline wavelet 1.5 on a block's side, with rows of norm one."""
    matrix, count = torch.eye(_SIZE, dtype=torch.float64), _SIZE
    low = math.sqrt(2) / 256 * torch.tensor(_LOW, dtype=torch.float64)
    while count > 1:
        step = torch.eye(_SIZE, dtype=torch.float64)
        step[:count, :count] = 0
        for k in range(count // 2):
            for shift, value in enumerate(low):
                step[k, (2 * k + shift - 4) % count] += value
            step[count // 2 + k, 2 * k], step[count // 2 + k, 2 * k + 1] = math.sqrt(0.5), -math.sqrt(0.5)
        matrix, count = step @ matrix, count // 2
    return matrix / matrix.norm(dim=1, keepdim=True)
