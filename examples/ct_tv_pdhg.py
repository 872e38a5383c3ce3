"""
Tomography of few views: total variation
========================================

Twenty-four views of an object that is constant piece by piece. Filtered back-projection shows the views as streaks.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, Box, TVPrior, Variational

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
geometry = physics.ParallelBeam(torch.arange(0, 180, 7.5), bins=144)
scan = physics.Tomography(geometry, (100, 100), noise=physics.GaussianNoise(0.3))
y = scan(x, rng=torch.Generator().manual_seed(0))
naive = scan.fbp(y, "hann")
x_hat = Variational(PDHG(constraint=Box(0, 1)), TVPrior(10.0), max_steps=300)(y, scan)
figure = plot.draw_images({"filtered back-projection": naive, "total variation": x_hat, "truth": x}, x)
sinogram = plot.draw_sinogram(y, geometry)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 5
