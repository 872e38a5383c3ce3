"""
Learning without clean pictures: recorrupted to recorrupted
===========================================================

Two noisy pictures are made of one, independent given the truth: the network sees one and is judged by the other (Pang
et al. 2021).
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.denoisers import DnCNN
from preimage.loss import R2RLoss
from preimage.metric import PSNR

rng = torch.Generator().manual_seed(0)
picture = torch.from_numpy(data.camera().copy()).float() / 255
tiles = picture.unfold(0, 32, 32).unfold(1, 32, 32).reshape(-1, 1, 32, 32)
noisy = physics.Denoising(physics.GaussianNoise(0.1))
measured = noisy(tiles, rng=rng)
torch.manual_seed(0)
network, loss = DnCNN(1, width=24, depth=6), R2RLoss(0.5)
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
assert PSNR()(x_hat, x) > PSNR()(y, x) + 4.5
