"""
White noise: sparse codes of similar patches
============================================

GroupSC (Lecouat, Ponce, Mairal 2020) is a sparse model with 70,000 parameters, each of which can be looked at
(``preimage explain``): patches that look alike share their atoms.
"""

import torch
from skimage import data

from preimage import plot, zoo
from preimage.denoisers import WaveletDenoiser
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[100:260:2, 180:340:2].copy()).float()[None, None] / 255
y = x + 25 / 255 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    x_hat = zoo.load("groupsc-grey")(y, 25 / 255)
wavelets = WaveletDenoiser()(y, 25 / 255)
figure = plot.draw_images({"noisy": y, "wavelets": wavelets, "GroupSC": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(wavelets, x) + 1
