"""
What a layer knows of a photograph: natural pre-images
======================================================

A small network learns here to tell from which photograph a piece was cut. Many pictures have the same features at one
of its layers. Looked for over pixels alone, such a picture is a texture of noise; a deep image prior finds one that is
natural. What differs from the photograph is what the layer has lost.
"""

import torch
from skimage import data
from torch import nn

from preimage import plot
from preimage.datasets import crop_batch
from preimage.metric import PSNR
from preimage.models.dip import invert_features, natural
from preimage.optim import BetaTV, PixelFit
from preimage.physics import FeatureMap

colour = (data.coffee(), data.chelsea(), data.rocket(), data.astronaut())
photographs = [torch.from_numpy(picture.copy()).permute(2, 0, 1) for picture in colour]
rng = torch.Generator().manual_seed(0)
torch.manual_seed(0)
widths = [(3, 24, 5), (24, 48, 5), (48, 96, 3)]
layers = [nn.Sequential(nn.Conv2d(i, o, k, 2, k // 2), nn.BatchNorm2d(o), nn.ReLU()) for i, o, k in widths]
network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(96, len(photographs)))
adam = torch.optim.Adam(network.parameters(), 2e-3)
for _ in range(100):
    labels = torch.randint(0, len(photographs), (16,), generator=rng)
    pieces = torch.cat([crop_batch([photographs[label]], 1, 64, rng) for label in labels])
    adam.zero_grad()
    nn.functional.cross_entropy(network(pieces), labels).backward()
    adam.step()

x = photographs[3][:, 16:144:2, 160:288:2][None] / 255
ways = {
    "deep image prior": natural(250),
    "beta-TV": PixelFit(BetaTV(1e-5, 1.5), 250),
    "pixels": PixelFit(max_steps=250),
}
found = {name: invert_features(FeatureMap(network, "1"), x, way, tol=0.05) for name, way in ways.items()}
figure = plot.draw_images({"photograph": x, **{name: each.x for name, each in found.items()}}, x)
psnr = {name: float(PSNR()(each.x, x)) for name, each in found.items()}
assert all(float(each.error) < 0.1 for each in found.values())
assert psnr["deep image prior"] > psnr["beta-TV"] + 4 > psnr["pixels"] + 8
