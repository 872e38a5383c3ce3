"""
White noise: a mixture of Gaussians for patches
===============================================

The expected patch log-likelihood (Zoran and Weiss 2011): 100 Gaussians of 8x8 patches, and a picture all of whose
patches are likely.
"""

import torch
from skimage import data

from preimage import plot, zoo
from preimage.denoisers import TVDenoiser
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[100:260:2, 180:340:2].copy()).float()[None, None] / 255
y = x + 25 / 255 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
x_hat, tv = zoo.load("epll-grey")(y, 25 / 255), TVDenoiser()(y, 25 / 255)
figure = plot.draw_images({"noisy": y, "total variation": tv, "EPLL": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(tv, x) + 0.5
