"""
MRI along radial lines
======================

Samples off the grid: gridding with densities is one transform, conjugate gradients take the operator itself and are
right.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
trajectory = physics.trajectories.golden_angle(48, 128)
scanner = physics.NonCartesianMRI(trajectory, (96, 96), noise=physics.GaussianNoise(0.002))
y = scanner(x + 0j, rng=rng)
gridded = scanner.gridding(y, physics.densities.ramp_density(trajectory, (96, 96))).abs()
x_hat = scanner.solve_regularized(y, 1e-3).abs()
figure = plot.draw_images({"gridding": gridded, "conjugate gradients": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(gridded, x) + 2
