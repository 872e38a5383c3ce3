"""
MRI: a quarter of k-space and total variation
=============================================

Columns are taken at random, more in the middle. Complex images, real noise in both parts, and the total variation of
the complex image (Lustig, Donoho, Pauly 2007).
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
mask = physics.generators.GaussianMaskGenerator((96, 96), acceleration=4.0)(1, rng)["mask"]
scanner = physics.MRI(mask, physics.GaussianNoise(0.005))
y = scanner(x + 0j, rng=rng)
zero_filled = scanner.A_adjoint(y).abs()
x_hat = Variational(PDHG(), TVPrior(40.0), max_steps=400)(y, scanner).abs()
figure = plot.draw_images({"mask": mask, "zero-filled": zero_filled, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(zero_filled, x) + 14
