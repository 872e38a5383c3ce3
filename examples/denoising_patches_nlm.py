"""
White noise: means of similar patches
=====================================

Non-local means (Buades, Coll, Morel 2005) averages pixels whose surroundings look alike, wherever they are within
reach. On texture that repeats it is far ahead of a mean of neighbours of the same noise reduction.
"""

import torch
from skimage import data
from torch.nn.functional import avg_pool2d

from preimage import plot
from preimage.denoisers import NonLocalMeans
from preimage.metric import PSNR

x = torch.from_numpy(data.brick()[:256:2, :256:2].copy()).float()[None, None] / 255
y = x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
x_hat, mean = NonLocalMeans()(y, 0.1), avg_pool2d(y, 3, 1, 1, count_include_pad=False)
figure = plot.draw_images({"noisy": y, "3x3 mean": mean, "non-local means": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > max(PSNR()(mean, x), PSNR()(y, x)) + 0.5
