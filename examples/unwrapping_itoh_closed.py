"""
Phases beyond one turn
======================

An interferometer tells a height but for multiples of a period. Differences of neighbours are small enough to be known
(Itoh 1982), and least squares put them together.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import ItohFidelity

row, column = torch.meshgrid(torch.linspace(-1, 1, 96), torch.linspace(-1, 1, 96), indexing="ij")
x = (6 * torch.exp(-3 * (row**2 + column**2)) + 2 * row)[None, None]
wrapping = physics.SpatialUnwrapping(noise=physics.GaussianNoise(0.05))
y = wrapping(x, rng=torch.Generator().manual_seed(0))
found = ItohFidelity(wrapping, y).prox(y, 1e7)  # least squares, by one cosine transform there and one back
x_hat = found + (x - found).mean()  # differences leave the mean open
figure = plot.draw_images({"wrapped": y, "unwrapped": x_hat, "truth": x}, x, scale="own")
assert PSNR(8.0)(x_hat, x) > PSNR(8.0)(y + (x - y).mean(), x) + 30
