"""
A camera without a lens: total variation
========================================

A diffuser throws a pattern for every point, so that the sensor shows nothing a human would recognise. The pattern was
measured once; the rest is deconvolution with an unknown outside.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:4, 160:416:4].copy()).float()[None, None] / 255
rng = torch.Generator().manual_seed(0)
psf = torch.zeros(33, 33)
places = torch.randint(0, 33, (2, 12), generator=rng)
psf[places[0], places[1]] = 1 / 12
camera = physics.LenslessCamera(psf, (80, 80), (64, 64), noise=physics.GaussianNoise(0.005))
y = camera(x, rng=rng)
naive = camera.A_adjoint(y)
x_hat = Variational(PDHG(), TVPrior(40.0), max_steps=300)(y, camera)
figure = plot.draw_images({"sensor": y, "adjoint": naive, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(naive / naive.mean() * y.mean(), x) + 20
