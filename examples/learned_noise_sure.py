"""
Learning without clean pictures: SURE
=====================================

A small network learns to denoise from noisy pictures alone: Stein's unbiased estimate (1981) tells its error without
the truth.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.denoisers import DnCNN
from preimage.loss import SureGaussianLoss
from preimage.metric import PSNR

rng = torch.Generator().manual_seed(0)
picture = torch.from_numpy(data.camera().copy()).float() / 255
tiles = picture.unfold(0, 32, 32).unfold(1, 32, 32).reshape(-1, 1, 32, 32)
noisy = physics.Denoising(physics.GaussianNoise(0.1))
measured = noisy(tiles, rng=rng)  # the clean tiles are not used in the training
torch.manual_seed(0)
network, loss = DnCNN(1, width=24, depth=6), SureGaussianLoss(tau=0.01)
model = lambda y, physics: network(y, 0.1)
optimizer = torch.optim.Adam(network.parameters(), 2e-3)
for _ in range(250):
    y = measured[torch.randint(0, 256, (16,), generator=rng)]
    optimizer.zero_grad()
    loss(model(y, noisy), None, y, noisy, model, rng=rng).mean().backward()
    optimizer.step()
x = picture[None, None, 100:228, 180:308]
y = noisy(x, rng=torch.Generator().manual_seed(1))
with torch.no_grad():
    x_hat = network(y, 0.1)
figure = plot.draw_images({"noisy": y, "trained on noisy pictures": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 5
