"""
Super-resolution by two: total variation
========================================

The pseudo-inverse leaves what was not seen at zero; the least total variation that explains the small picture draws
edges through.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
small = physics.Downsampling(physics.kernels.gaussian_blur(0.8), 2, noise=physics.GaussianNoise(0.01))
y = small(x, rng=torch.Generator().manual_seed(0))
naive = small.A_dagger(y)
x_hat = Variational(PDHG(), TVPrior(20.0), max_steps=300)(y, small)
figure = plot.draw_images({"small": y, "pseudo-inverse": naive, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 4
