"""
A photograph, start to end
==========================

What ``preimage restore deblur`` does, in Python: the border, the noise level and the range of values are found in the
picture, and a record tells all settings.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.restore import deblur

photograph = torch.from_numpy(data.coffee()[100:260, 200:380].copy()).permute(2, 0, 1).float()[None] / 255
kernel = physics.kernels.motion_line(11, 30)
blur = physics.Blur(kernel, "valid", noise=physics.GaussianNoise(4 / 255))
reach = [(size - 1) // 2 for size in kernel.shape[-2:]]
x = photograph[..., reach[0] : 160 - reach[0], reach[1] : 180 - reach[1]]
y = blur(photograph, rng=torch.Generator().manual_seed(0)).clamp(0, 1)
restored = deblur(y[0], kernel[0, 0])
x_hat = restored.image[None]
figure = plot.draw_images({"blurred": y, "restored": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 6
