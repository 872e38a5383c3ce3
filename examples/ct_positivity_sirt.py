"""
Tomography: SIRT and the number of steps
========================================

Simultaneous iterative reconstruction begins smooth and ends noisy. ``Discrepancy`` stops it where the data are
explained as well as their noise allows.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import SIRT, Box, Discrepancy, Variational

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
geometry = physics.ParallelBeam(torch.arange(0, 180, 3.0), bins=144)
scan = physics.Tomography(geometry, (100, 100), noise=physics.GaussianNoise(3.0))
y = scan(x, rng=torch.Generator().manual_seed(0))
naive = scan.fbp(y, "ramp")
stopped = Variational(SIRT(), Box(0.0, None), max_steps=400, tol=Discrepancy()).solve(y, scan)
endless = Variational(SIRT(), Box(0.0, None), max_steps=400, tol=None)(y, scan)
title = f"SIRT, {int(stopped.steps[0])} steps"
figure = plot.draw_images({"filtered back-projection": naive, title: stopped.x, "400 steps": endless, "truth": x}, x)
assert PSNR()(stopped.x, x) > PSNR()(naive, x) + 4
assert PSNR()(stopped.x, x) > PSNR()(endless, x) + 2
