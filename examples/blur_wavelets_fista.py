"""
Deblurring: sparse wavelets and FISTA
=====================================

The details of a photograph in a wavelet basis are mostly zero. FISTA (Beck and Teboulle 2009) was made for this
functional; with several bases at once the grid leaves no traces.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Variational, WaveletPrior

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.01))
y = blur(x, rng=torch.Generator().manual_seed(0))
x_hat = Variational(FISTA(), WaveletPrior(10.0, "db4"), max_steps=80)(y, blur)
figure = plot.draw_images({"blurred": y, "wavelets": x_hat, "truth": x}, x)
error = plot.draw_error(x_hat, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 1.9
