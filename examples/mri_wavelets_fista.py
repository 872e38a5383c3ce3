"""
MRI: compressed sensing with wavelets
=====================================

Single samples of two phase-encoding directions, spread as a Poisson disc, and sparse wavelets of several bases.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Variational, WaveletPrior

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
mask = physics.generators.PoissonDiscMaskGenerator((96, 96), acceleration=4.0, center=12)(1, rng)["mask"]
scanner = physics.MRI(mask, physics.GaussianNoise(0.005))
y = scanner(x + 0j, rng=rng)
zero_filled = scanner.A_adjoint(y).abs()
x_hat = Variational(FISTA(), WaveletPrior(30.0, ("haar", "db2")), max_steps=150)(y, scanner).abs()
figure = plot.draw_images({"mask": mask, "zero-filled": zero_filled, "wavelets": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(zero_filled, x) + 15
