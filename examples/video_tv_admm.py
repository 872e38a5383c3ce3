"""
Eight frames from one exposure
==============================

Each frame passes a mask of its own while the shutter is open. One picture, eight unknown ones: total variation in
space, and the masks are known.
"""

import torch

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import ADMM, TVPrior, Variational

ball = torch.zeros(1, 1, 8, 48, 48)
row, column = torch.meshgrid(torch.arange(48), torch.arange(48), indexing="ij")
for t in range(8):
    ball[0, 0, t] = 0.2 + 0.7 * (((row - 14 - 2 * t) ** 2 + (column - 10 - 3 * t) ** 2) < 60)
x, rng = ball, torch.Generator().manual_seed(0)
snapshot = physics.VideoSnapshot.random((8, 48, 48), rng=rng, noise=physics.GaussianNoise(0.01))
y = snapshot(x, rng=rng)
naive = snapshot.A_dagger(y)
x_hat = Variational(ADMM(0.01), TVPrior(30.0), max_steps=60)(y, snapshot)
frames = {"exposure": y[0] / 8, "pseudo-inverse, frame 5": naive[0, :, 4], "found, frame 5": x_hat[0, :, 4]}
figure = plot.draw_images({**frames, "frame 5": x[0, :, 4]}, x[0, :, 4])
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 6
