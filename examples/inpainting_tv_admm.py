"""
Missing pixels: total variation
===============================

Seven pixels of ten are gone. The prior has nothing to weigh against: where nothing was measured it alone decides.
"""

import torch
from skimage import data
from torch.nn.functional import avg_pool2d

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import ADMM, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
rng = torch.Generator().manual_seed(0)
mask = (torch.rand(1, 1, 128, 128, generator=rng) < 0.3).float()
holes = physics.Inpainting(mask, physics.GaussianNoise(0.01))
y = holes(x, rng=rng)
x_hat = Variational(ADMM(0.003), TVPrior(20.0), max_steps=60)(y, holes)
mean = avg_pool2d(y, 5, 1, 2) / avg_pool2d(mask, 5, 1, 2).clamp_min(0.04)
figure = plot.draw_images({"seen": y, "mean of neighbours": mean, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(mean, x) + 1.3
