"""
Denoising: a deep image prior
=============================

A network that has never seen a picture draws this one from noise, and draws the picture sooner than its noise: a fit
that ends in time denoises (Ulyanov, Vedaldi, Lempitsky 2018). Nothing is told of the noise. 300 steps of one run are
for the gallery; left alone, ``restore.denoise(y, method="dip")`` stops by itself, and averages two runs.
"""

import torch
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.restore import Dip, denoise

x = torch.from_numpy(data.astronaut()[16:144:2, 160:288:2].copy()).permute(2, 0, 1).float()[None] / 255
y = (x + 25 / 255 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
x_hat = denoise(y[0], method=Dip(runs=1), steps=300).image[None]
figure = plot.draw_images({"noisy": y, "deep image prior": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 4
