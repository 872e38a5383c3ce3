"""
Super-resolution by two: a network as prior
===========================================

Every second pixel of a slightly blurred picture. The data step has a closed form for blur and decimation together
(Zhao et al. 2016), the network fills in what the pixels leave open.
"""

import torch
from skimage import data
from torch.nn.functional import interpolate

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import DPIR

x = torch.from_numpy(data.astronaut()[0:256:2, 160:416:2].copy()).permute(2, 0, 1).float()[None] / 255
small = physics.Downsampling(physics.kernels.gaussian_blur(0.8), 2, noise=physics.GaussianNoise(0.01))
y = small(x, rng=torch.Generator().manual_seed(0))
cubic = interpolate(y, scale_factor=2, mode="bicubic")
with torch.no_grad():
    x_hat = DPIR.superresolution(zoo.load_denoiser("drunet-color-compact"), 2)(y, small)
figure = plot.draw_images({"small": y, "cubic": cubic, "DPIR": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(cubic, x) + 2
