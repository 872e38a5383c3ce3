"""
Learning: five plug-and-play steps, trained as a network
========================================================

The same ``step`` that runs to convergence runs five times here; its step sizes and the network inside are trained
together.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.denoisers import DnCNN
from preimage.metric import MSE, PSNR
from preimage.optim import PGD, PnP, Unrolled

rng = torch.Generator().manual_seed(0)
picture = torch.from_numpy(data.camera().copy()).float() / 255
tiles = picture.unfold(0, 32, 32).unfold(1, 32, 32).reshape(-1, 1, 32, 32)
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.2), physics.GaussianNoise(0.02))
train, x = torch.cat([tiles[:96], tiles[128:]]), tiles[96:128]
measured, y = blur(train, rng=rng), blur(x, rng=rng)
torch.manual_seed(0)
network = Unrolled(PGD(), PnP(DnCNN(1, width=16, depth=4)), n_steps=5, learn=["step_size"])
optimizer = torch.optim.Adam(network.parameters(), 2e-3)
for _ in range(120):
    chosen = torch.randint(0, 224, (8,), generator=rng)
    optimizer.zero_grad()
    MSE()(network(measured[chosen], blur), train[chosen]).mean().backward()
    optimizer.step()
with torch.no_grad():
    x_hat = network(y, blur)
tikhonov = y.mean() + blur.solve_regularized(y - y.mean(), 0.01)
shown = {"blurred": y, "Tikhonov": tikhonov, "five steps": x_hat, "truth": x}
figure = plot.draw_images({name: each[13:14] for name, each in shown.items()}, x[13:14])
assert PSNR()(x_hat, x).mean() > max(PSNR()(y, x).mean(), PSNR()(tikhonov, x).mean()) + 0.5
