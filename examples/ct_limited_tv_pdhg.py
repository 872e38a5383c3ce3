"""
Tomography over 120 degrees only
================================

Edges along directions that no ray was parallel to are not in the data. Filtered back-projection smears them; total
variation guesses them well where the object is simple, and nothing would tell if it were not.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, Box, TVPrior, Variational

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
geometry = physics.ParallelBeam(torch.arange(-60, 60, 2.0), bins=144)
scan = physics.Tomography(geometry, (100, 100), noise=physics.GaussianNoise(0.05))
y = scan(x, rng=torch.Generator().manual_seed(0))
naive = scan.fbp(y, "hann")
x_hat = Variational(PDHG(constraint=Box(0, 1)), TVPrior(10.0), max_steps=400)(y, scan)
figure = plot.draw_images({"filtered back-projection": naive, "total variation": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 4
