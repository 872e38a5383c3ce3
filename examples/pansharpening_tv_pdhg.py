"""
Pansharpening: few colours, many pixels
=======================================

A satellite sees colours at a quarter of the resolution, and grey at all of it. Both are measurements of one picture,
whose colours share their edges.
"""

import torch
from skimage import data
from torch.nn.functional import interpolate

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational

x = torch.from_numpy(data.astronaut()[0:256:2, 160:416:2].copy()).permute(2, 0, 1).float()[None] / 255
weights = (0.3, 0.4, 0.3)
noises = physics.GaussianNoise(0.01), physics.GaussianNoise(0.01)
satellite = physics.Pansharpen(physics.kernels.gaussian_blur(1.7), 4, weights, *noises)
y = satellite(x, rng=torch.Generator().manual_seed(0))
cubic = interpolate(y[0], scale_factor=4, mode="bicubic")
x_hat = Variational(PDHG(), TVPrior(15.0, coupled=True), max_steps=300)(y, satellite)
figure = plot.draw_images({"colours": y[0], "cubic": cubic, "pansharpened": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(cubic, x) + 13
