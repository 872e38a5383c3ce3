"""
Deblurring: regularisation by denoising
=======================================

RED (Romano, Elad, Milanfar 2017) takes what a denoiser removes for the gradient of a prior, so that plain gradient
descent uses it.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import GD, RED, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.01))
y = blur(x, rng=torch.Generator().manual_seed(0))
prior = RED(zoo.load_denoiser("drunet-grey-compact"), sigma=0.03, weight=300.0)
with torch.no_grad():
    x_hat = Variational(GD(1.9 / (1e4 + 600)), prior, max_steps=60, tol=None)(y, blur)
figure = plot.draw_images({"blurred": y, "RED": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 2.2
