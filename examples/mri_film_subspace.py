"""
MRI of a film: few numbers for many frames
==========================================

A signal that decays in every pixel in its own way spans three curves in time. With those known, forty frames are
three images.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR

rng = torch.Generator().manual_seed(0)
row, column = torch.meshgrid(torch.linspace(-1, 1, 48), torch.linspace(-1, 1, 48), indexing="ij")
body = (row**2 + (1.2 * column) ** 2 < 0.7).float()
decay = 0.02 + 0.1 * (((row - 0.2) ** 2 + column**2) < 0.1) + 0.04 * (column > 0.3)
times = torch.arange(40.0)
film = (body * torch.exp(-decay * times[:, None, None]))[None, None] + 0j
dictionary = torch.exp(-torch.linspace(0.01, 0.2, 100)[:, None] * times)
basis = torch.linalg.svd(dictionary, full_matrices=False).Vh[:3]
mask = (torch.rand(1, 1, 40, 1, 48, generator=rng) < 0.15).float().expand(1, 1, 40, 48, 48)
frames = physics.DynamicMRI(mask, physics.GaussianNoise(0.002))
y = frames(film, rng=rng)
zero_filled = frames.A_adjoint(y)
scanner = physics.Subspace(basis + 0j, frames)
found = scanner.film(scanner.solve_regularized(y, 1e-3))
x, x_hat, naive = (each[:, :, 10].abs() for each in (film, found, zero_filled))
figure = plot.draw_images({"frame 10, zero-filled": naive, "three curves": x_hat, "truth": x}, x)
curves = {"truth": film, "found": found}
signal = plot.draw_curves(
    {name: (times, each[0, 0, :, 28, 24].abs()) for name, each in curves.items()}, ("frame", "signal")
)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 20
