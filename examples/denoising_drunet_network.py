"""
White noise: a network that knows the level
===========================================

The compact DRUNet that ships (1.1 million parameters) takes the noise level beside the picture. It was trained on
photographs.
"""

import torch
from skimage import data

from preimage import plot, zoo
from preimage.denoisers import TVDenoiser
from preimage.metric import PSNR

x = torch.from_numpy(data.astronaut()[0:256:2, 160:416:2].copy()).permute(2, 0, 1).float()[None] / 255
y = x + 25 / 255 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    x_hat = zoo.load("drunet-color-compact")(y, 25 / 255)
tv = TVDenoiser()(y, 25 / 255)
figure = plot.draw_images({"noisy": y, "total variation": tv, "network": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(tv, x) + 1.5
