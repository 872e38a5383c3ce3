"""
Tomography with a cone of rays
==============================

A flat detector and a source that goes round: Feldkamp, Davis and Kress weight, filter and back-project. In the plane
of the source it is exact, farther up nearly.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR

axes = torch.meshgrid(*[torch.linspace(-1, 1, 32)] * 3, indexing="ij")
x = (torch.stack(axes).square().sum(0) < 0.5).float()[None, None]
x = x - 0.5 * (((axes[0] - 0.2) ** 2 + (axes[1] + 0.2) ** 2 + axes[2] ** 2) < 0.06)
geometry = physics.ConeBeam(torch.arange(0, 360, 4.0), bins=56, rows=56, source=120.0, detector=40.0)
scan = physics.Tomography(geometry, (32, 32, 32), noise=physics.GaussianNoise(0.1))
y = scan(x, rng=torch.Generator().manual_seed(0))
x_hat, naive = scan.fbp(y, "hann"), scan.A_adjoint(y)
naive = naive * (x * naive).sum() / naive.square().sum()
figure = plot.draw_images({"adjoint": naive, "FDK": x_hat, "truth": x}, x)
sinogram = plot.draw_sinogram(y)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 9
