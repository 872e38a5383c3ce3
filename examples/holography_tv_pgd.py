"""
Holography: an absorbing object from one hologram
=================================================

Light that the object leaves alone interferes with what it scatters. Back-propagation shows twin images; an object
that absorbs, and whose total variation is small, has none.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PGD, TVPrior, Variational

rng = torch.Generator().manual_seed(0)
row, column = torch.meshgrid(torch.arange(96.0), torch.arange(96.0), indexing="ij")
disks = [((row - r) ** 2 + (column - c) ** 2 < s**2) for r, c, s in ((30, 34, 10), (60, 60, 14), (34, 66, 6))]
x = 1 - 0.6 * torch.stack(disks).any(0).float()[None, None]
hologram = physics.InlineHolography(physics.FresnelPropagation(900.0, 0.5, 4.0), noise=physics.GaussianNoise(0.01))
y = hologram(x + 0j, rng=rng)
naive = hologram.operator.A_adjoint(y.clamp_min(0).sqrt() + 0j).abs()
model = Variational(PGD(2e-5), TVPrior(400.0), init=lambda y, physics: torch.ones_like(y) + 0j, max_steps=200, tol=None)
x_hat = model(y, hologram).abs()
figure = plot.draw_images({"hologram": y, "back-propagated": naive, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 16
