"""
Colour mosaics: a network as prior
==================================

A sensor sees one colour in each pixel. Interpolation draws coloured fringes where a network for photographs does not.
"""

import torch
from skimage import data
from torch.nn.functional import conv2d

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import DPIR

x = torch.from_numpy(data.astronaut()[0:256:2, 160:416:2].copy()).permute(2, 0, 1).float()[None] / 255
sensor = physics.Demosaicing("RGGB", physics.GaussianNoise(2 / 255))
y = sensor(x, rng=torch.Generator().manual_seed(0))
with torch.no_grad():
    x_hat = DPIR.demosaicing(zoo.load_denoiser("drunet-color-compact"))(y, sensor)
seen = sensor.A_adjoint(torch.ones_like(y))
box = torch.ones(3, 1, 3, 3)
linear = conv2d(sensor.A_adjoint(y), box, padding=1, groups=3) / conv2d(seen, box, padding=1, groups=3)
figure = plot.draw_images({"mosaic": y, "mean of neighbours": linear, "DPIR": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(linear, x) + 8
