"""
Tomography: dead bins, rings, and a displaced axis
==================================================

What real scans need before any method: gaps filled, rings suppressed, the axis of rotation found. Each is one
function.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
geometry = physics.ParallelBeam(torch.arange(0, 180, 1.0), bins=150, axis=2.5)
scan = physics.Tomography(geometry, (100, 100), noise=physics.GaussianNoise(0.05))
rng = torch.Generator().manual_seed(0)
y = scan(x, rng=rng) + 0.6 * torch.randn(150, generator=rng) * (torch.rand(150, generator=rng) < 0.2)
y[..., 60] = torch.nan
blind = physics.ParallelBeam(torch.arange(0, 180, 1.0), bins=150)
corrected = physics.corrections.suppress_rings(physics.corrections.fill_gaps(y))
axis = float(physics.corrections.find_axis(corrected, blind)[0])
naive = physics.Tomography(blind, (100, 100)).fbp(physics.corrections.fill_gaps(y), "hann")
found = physics.ParallelBeam(torch.arange(0, 180, 1.0), bins=150, axis=axis)
x_hat = physics.Tomography(found, (100, 100)).fbp(corrected, "hann")
figure = plot.draw_images({"as measured": naive, f"corrected, axis {axis:.2f}": x_hat, "truth": x}, x)
assert abs(axis - 2.5) < 0.1
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 6
