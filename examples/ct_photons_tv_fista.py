"""
Low-dose tomography: counts behind an object
============================================

Few photons pass the middle, and their logarithm is noisier than any other: the likelihood of the counts knows that,
filtered back-projection does not.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Backtracking, TVPrior, Variational

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
x = x / 25
geometry = physics.ParallelBeam(torch.arange(0, 180, 3.0), bins=144)
scan = physics.Tomography(geometry, (100, 100), noise=physics.LogPoissonNoise(photons=2000.0))
y = scan(x, rng=torch.Generator().manual_seed(0))
naive = scan.fbp(y, "hann")
model = Variational(Backtracking(FISTA()), TVPrior(150.0), max_steps=100)
x_hat = model(y, scan)
figure = plot.draw_images({"filtered back-projection": naive, "likelihood and TV": x_hat, "truth": x}, x)
assert PSNR(1 / 25)(x_hat, x) > PSNR(1 / 25)(naive, x) + 6
