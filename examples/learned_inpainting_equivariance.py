"""
Learning from one mask: equivariance
====================================

Every picture was measured through the same mask, and none is known whole. That pictures shifted are pictures tells
the network of the pixels that no measurement has shown (Chen, Tachella, Davies 2021).
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.denoisers import DnCNN
from preimage.loss import EILoss, MCLoss
from preimage.metric import PSNR
from preimage.models import ArtifactRemoval
from preimage.transform import Shift

rng = torch.Generator().manual_seed(0)
picture = torch.from_numpy(data.camera().copy()).float() / 255
tiles = picture.unfold(0, 32, 32).unfold(1, 32, 32).reshape(-1, 1, 32, 32)
holes = physics.Inpainting((torch.rand(1, 1, 32, 32, generator=rng) < 0.7).float())
measured, x = holes(torch.cat([tiles[:96], tiles[128:]])), tiles[96:128]
torch.manual_seed(0)
network = ArtifactRemoval(DnCNN(1, width=24, depth=6), "adjoint")
loss = MCLoss() + EILoss(Shift(0.5))
optimizer = torch.optim.Adam(network.parameters(), 2e-3)
for _ in range(200):
    y = measured[torch.randint(0, 224, (16,), generator=rng)]
    optimizer.zero_grad()
    loss(network(y, holes), None, y, holes, network, rng=rng).mean().backward()
    optimizer.step()
y = holes(x)
with torch.no_grad():
    x_hat = network(y, holes)
shown = {"seen": y, "found": x_hat, "truth": x}
figure = plot.draw_images({name: each[13:14] for name, each in shown.items()}, x[13:14])
assert PSNR()(x_hat, x).mean() > PSNR()(y, x).mean() + 12
