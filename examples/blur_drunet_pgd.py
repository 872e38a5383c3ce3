"""
Deblurring: plug-and-play proximal gradients
============================================

The prox of a prior is a denoiser, so a denoiser may stand where the prox was (Venkatakrishnan, Bouman, Wohlberg
2013). At a fixed level, here in proximal gradient steps.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import PGD, PnP, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.02))
y = blur(x, rng=torch.Generator().manual_seed(0))
step = 1.9 * 0.02**2
prior = PnP(zoo.load_denoiser("drunet-grey-compact"), weight=0.03**2 / step)  # asked for noise of 0.03
with torch.no_grad():
    x_hat = Variational(PGD(step), prior, max_steps=40, tol=None)(y, blur)
figure = plot.draw_images({"blurred": y, "plug and play": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 1.2
