"""
Positron emission: ordered subsets
==================================

Pairs of photons, counted between detectors of a ring. One pass of ordered subsets (Hudson and Larkin 1994) comes as
far as half a dozen of maximum-likelihood steps, and further than filtered back-projection.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import MLEM, OSEM, Variational

row, column = torch.meshgrid(torch.linspace(-1, 1, 64), torch.linspace(-1, 1, 64), indexing="ij")
x = ((row**2 + (1.3 * column) ** 2) < 0.6).float()
x = (x + 3 * (((row - 0.3) ** 2 + (column - 0.2) ** 2) < 0.02) + 2 * (((row + 0.3) ** 2 + column**2) < 0.01))[
    None, None
]
scanner = physics.ParallelBeam(torch.arange(0, 180, 3.0), bins=92)
pet = physics.PET(scanner, (64, 64), noise=physics.PoissonNoise(gain=1.0, background=1.0))
y = pet(5 * x, rng=torch.Generator().manual_seed(0))
tomograph = physics.Tomography(scanner, (64, 64))
naive = tomograph.fbp(y - 1, "hann") / 5
one_pass = Variational(MLEM(), max_steps=1, tol=None)(y, pet) / 5
x_hat = Variational(OSEM(), max_steps=6, tol=None)(pet.split(y, 6), pet.subsets(6)) / 5
figure = plot.draw_images(
    {"filtered back-projection": naive, "one step of MLEM": one_pass, "OSEM": x_hat, "truth": x}, x
)
assert PSNR(4.0)(x_hat, x) > PSNR(4.0)(naive, x) + 1
assert PSNR(4.0)(x_hat, x) > PSNR(4.0)(one_pass, x) + 8
