"""
Compressed sensing: random projections and sparse wavelets
==========================================================

A quarter as many random numbers as pixels. Least squares sees nothing; sparsity in a wavelet basis finds the picture
(Candes, Romberg, Tao 2006).
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Variational, WaveletPrior

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
rng = torch.Generator().manual_seed(0)
camera = physics.StructuredRandom.random(128 * 128 // 4, (1, 128, 128), rng=rng, noise=physics.GaussianNoise(0.005))
y = camera(x, rng=rng)
naive = camera.A_dagger(y)
x_hat = Variational(FISTA(), WaveletPrior(200.0, "db4"), max_steps=150)(y, camera)
figure = plot.draw_images({"least squares": naive, "wavelets": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 13
