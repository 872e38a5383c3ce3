"""
Deblurring: a network as prior (DPIR)
=====================================

Plug-and-play: data steps in closed form alternate with a denoiser whose noise level falls (Zhang et al. 2021). The
network has seen no blurred picture.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import DPIR, SDMM, TVPrior, Variational

x = torch.from_numpy(data.astronaut()[0:256:2, 160:416:2].copy()).permute(2, 0, 1).float()[None] / 255
blur = physics.BlurFFT(physics.kernels.motion_line(11, 60), physics.GaussianNoise(0.02))
y = blur(x, rng=torch.Generator().manual_seed(0))
with torch.no_grad():
    x_hat = DPIR.deblurring(zoo.load_denoiser("drunet-color-compact"))(y, blur)
tv = Variational(SDMM(), TVPrior(12.0, coupled=True), max_steps=100)(y, blur)
figure = plot.draw_images({"blurred": y, "total variation": tv, "DPIR": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(tv, x) + 1
