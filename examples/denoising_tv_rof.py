"""
White noise: total variation
============================

Rudin, Osher and Fatemi's model keeps edges and flattens the rest: the minimiser of half the squared distance to the
picture and a weight times the total variation. ``TVDenoiser`` chooses the weight from the noise level; the prox stops
at a duality gap.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.denoisers import TVDenoiser
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
denoising = physics.Denoising(physics.GaussianNoise(0.1))
y = denoising(x, rng=torch.Generator().manual_seed(0))
x_hat = TVDenoiser()(y, 0.1)
figure = plot.draw_images({"noisy": y, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 5.5
