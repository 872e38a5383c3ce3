"""
Scattering: waves through a weak object
=======================================

Transmitters and receivers on a circle, an object that scatters a little: to first order the waves are linear in it,
and total variation gives its picture.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational

rng = torch.Generator().manual_seed(0)
angles = torch.arange(0, 2 * torch.pi, 2 * torch.pi / 24)
circle = 40 * torch.stack([angles.sin(), angles.cos()], -1)
row, column = torch.meshgrid(torch.arange(32) - 15.5, torch.arange(32) - 15.5, indexing="ij")
x = (
    0.02
    * (((row + 4) ** 2 + (column - 3) ** 2 < 36) + 0.5 * ((row - 7).abs() < 3) * ((column + 6).abs() < 4)).float()[
        None, None
    ]
)
weak = physics.BornScattering(circle, circle, 0.6, (32, 32))
noise = 0.02 * float(weak.A(x + 0j).abs().square().mean().sqrt())
waves = weak.with_noise(physics.GaussianNoise(noise))
y = waves(x + 0j, rng=rng)
naive = waves.A_adjoint(y).real
naive = naive * (naive * x).sum() / naive.square().sum()
x_hat = Variational(PDHG(), TVPrior(200.0), max_steps=300)(y, waves).real
figure = plot.draw_images({"adjoint": naive, "total variation": x_hat, "truth": x}, x)
assert PSNR(0.03)(x_hat, x) > PSNR(0.03)(naive, x) + 7
