"""
Deblurring: total variation by SDMM
===================================

Splitting the total variation off leaves systems with ``A`` that are diagonal in the Fourier basis: twenty to fifty
steps do. The weight is where the residual is white.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import SDMM, Box, TVPrior, Variational, Whiteness, choose_weight

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
blur = physics.BlurFFT(physics.kernels.motion_line(9, 30), physics.GaussianNoise(0.01))
y = blur(x, rng=torch.Generator().manual_seed(0))
model = Variational(SDMM(constraint=Box(0, 1)), TVPrior(20.0), max_steps=60, tol=1e-3)
chosen = choose_weight(model, y, blur, Whiteness())
solution = chosen.model.solve(y, blur, trace=True)
figure = plot.draw_images({"blurred": y, f"weight {float(chosen.weight):.0f}": solution.x, "truth": x}, x)
kernel = plot.draw_kernel(physics.kernels.motion_line(9, 30))
history = plot.draw_history({"SDMM": solution.history}, "objective")
assert PSNR()(solution.x, x) > PSNR()(y, x) + 5
