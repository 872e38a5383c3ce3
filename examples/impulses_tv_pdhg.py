"""
Salt and pepper: absolute errors and total variation
====================================================

Pixels that are black or white by accident are outliers. The sum of absolute errors forgives them, where least squares
spread them.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.denoisers import MedianFilter
from preimage.metric import PSNR
from preimage.optim import L1, PDHG, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
y = physics.SaltPepperNoise(0.15, 0.15).sample(x, torch.Generator().manual_seed(0))
plain = physics.Denoising(physics.GaussianNoise(0.3))
absolute = Variational(PDHG(), TVPrior(0.7), L1, max_steps=300)(y, plain)
median = MedianFilter(3)(y, 0.0)
squares = Variational(PDHG(), TVPrior(8.0), max_steps=300)(y, plain)
figure = plot.draw_images({"salt and pepper": y, "least squares": squares, "median": median, "absolute": absolute}, x)
assert PSNR()(absolute, x) > PSNR()(squares, x) + 7
assert PSNR()(absolute, x) > PSNR()(median, x) + 3
