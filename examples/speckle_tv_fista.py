"""
Speckle: logarithms and total variation
=======================================

Radar and ultrasound multiply the picture by Gamma noise. The logarithm makes it additive, with a law that
``FisherTippettNoise`` knows; total variation of the logarithm is found by accelerated gradients.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Backtracking, TVPrior, Variational

x = 0.1 + 0.9 * torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255
looks = 4.0
y = physics.GammaNoise(looks).sample(x, torch.Generator().manual_seed(0))
logarithm = physics.Denoising(physics.FisherTippettNoise(looks))
model = Variational(Backtracking(FISTA()), TVPrior(1.5), max_steps=60)
x_hat = model(y.log(), logarithm).exp()
figure = plot.draw_images({"speckle": y, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 10
