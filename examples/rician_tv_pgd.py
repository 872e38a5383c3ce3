"""
Magnitude images: the law of Rice
=================================

The modulus of complex noise is not zero on average: dark regions look brighter than they are. The likelihood of Rice
knows that bias, a Gaussian one does not.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PGD, TVPrior, Variational

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
noise = physics.RicianNoise(0.12)
measured = physics.Denoising(noise)
y = measured(x, rng=rng)
gauss = physics.Denoising(physics.GaussianNoise(0.12))
model = Variational(PGD(0.01), TVPrior(10.0), max_steps=60, tol=None)
white, x_hat = model(y, gauss), Variational(PGD(0.01), TVPrior(10.0), max_steps=60, tol=None)(y, measured)
figure = plot.draw_images({"magnitudes": y, "taken for Gauss": white, "Rice": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(white, x) + 4
