"""
Learning: ISTA, unrolled and trained
====================================

Five steps of iterative soft thresholding whose step sizes and thresholds are learned (Gregor and LeCun 2010): better
than the same five steps as they come.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import MSE, PSNR
from preimage.models import LISTA

rng = torch.Generator().manual_seed(0)
picture = torch.from_numpy(data.camera().copy()).float() / 255
tiles = picture.unfold(0, 32, 32).unfold(1, 32, 32).reshape(-1, 1, 32, 32)
train, x = tiles[torch.randperm(256, generator=rng)[:200]], tiles[100:116]
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.2), physics.GaussianNoise(0.02))
y, measured = blur(x, rng=rng), blur(train, rng=rng)
torch.manual_seed(0)
network = LISTA(5, weight=5.0)
with torch.no_grad():
    before = network(y, blur)
optimizer = torch.optim.Adam(network.parameters(), 0.02)
for _ in range(80):
    chosen = torch.randint(0, 200, (16,), generator=rng)
    optimizer.zero_grad()
    MSE()(network(measured[chosen], blur), train[chosen]).mean().backward()
    optimizer.step()
with torch.no_grad():
    x_hat = network(y, blur)
shown = {"blurred": y, "five steps": before, "five learned steps": x_hat, "truth": x}
figure = plot.draw_images({name: each[9:10] for name, each in shown.items()}, x[9:10])
assert PSNR()(x_hat, x).mean() > PSNR()(before, x).mean() + 0.3
