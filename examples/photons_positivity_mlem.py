"""
Deblurring of counts: Richardson and Lucy
=========================================

Blurred counts of photons, as of a microscope: the multiplicative steps of Richardson (1972) and Lucy (1974) raise the
likelihood and keep every pixel positive. They are stopped in time.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import MLEM, Variational

x = torch.zeros(1, 1, 96, 96)
rng = torch.Generator().manual_seed(0)
x[0, 0, torch.randint(8, 88, (60,), generator=rng), torch.randint(8, 88, (60,), generator=rng)] = 1.0
x = physics.Blur(physics.kernels.gaussian_blur(0.7), "circular").A(x)
microscope = physics.BlurFFT(physics.kernels.gaussian_blur(2.0), physics.PoissonNoise(1e-3, background=0.002))
y = microscope(x, rng=rng)
ones = lambda y, physics: y.mean() * torch.ones_like(y)
x_hat = Variational(MLEM(), init=ones, max_steps=100, tol=None)(y, microscope)
figure = plot.draw_images({"counts": y, "Richardson-Lucy": x_hat, "truth": x}, x, scale="own")
assert PSNR()(x_hat, x) > PSNR()(y, x) + 5
