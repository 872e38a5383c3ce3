"""
Missing pixels: sparse wavelets
===============================

Half of the pixels, and the knowledge that photographs have few wavelet coefficients that count.
"""

import torch
from skimage import data
from torch.nn.functional import avg_pool2d

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Variational, WaveletPrior

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
rng = torch.Generator().manual_seed(0)
mask = (torch.rand(1, 1, 128, 128, generator=rng) < 0.5).float()
holes = physics.Inpainting(mask, physics.GaussianNoise(0.01))
y = holes(x, rng=rng)
x_hat = Variational(FISTA(), WaveletPrior(30.0, ("haar", "db4")), max_steps=200)(y, holes)
mean = avg_pool2d(y, 3, 1, 1) / avg_pool2d(mask, 3, 1, 1).clamp_min(0.1)
figure = plot.draw_images({"seen": y, "mean of neighbours": mean, "wavelets": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(mean, x) + 0.4
