"""
Unmixing: how much of each material
===================================

The spectrum of a pixel is a mixture of those of its materials; abundances are not negative and add up to one.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, Simplex, Variational

rng = torch.Generator().manual_seed(0)
bands = torch.linspace(0, 1, 40)
places = torch.tensor([[0.2], [0.35], [0.5], [0.8]])
spectra = 0.2 + torch.exp(-(((bands - places) / 0.2) ** 2))
row, column = torch.meshgrid(torch.linspace(0, 1, 48), torch.linspace(0, 1, 48), indexing="ij")
parts = torch.stack([row, column, 1 - row, (1 - column) * row])
parts = parts**8  # mostly one material
x = (parts / parts.sum(0))[None]
camera = physics.HyperSpectralUnmixing(spectra, physics.GaussianNoise(0.1))
y = camera(x, rng=rng)
naive = camera.A_dagger(y)
pixels = y.permute(0, 2, 3, 1).reshape(-1, 40, 1, 1)  # each pixel is a sample of the batch, with a sum of its own
found = Variational(FISTA(), Simplex(), max_steps=500, tol=1e-6)(pixels, camera)
x_hat = found.reshape(1, 48, 48, 4).permute(0, 3, 1, 2)
figure = plot.draw_images({"least squares": naive[:, 1:2], "simplex": x_hat[:, 1:2], "truth": x[:, 1:2]}, x[:, 1:2])
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 3
