"""
Light without flash, detail with flash: a deep image prior
==========================================================

By candle light a picture is warm and noisy; with flash it is sharp and cold. A network that is given the second as its
input draws the first: the edges are where the flash shows them, the noise is not. Both are made here from one
photograph. ``preimage restore flash`` does this for a pair of files.
"""

import torch
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.restore import Dip, flash

picture = torch.from_numpy(data.astronaut()[16:144:2, 160:288:2].copy()).permute(2, 0, 1).float() / 255
side = torch.linspace(-1, 1, 64)
centre = torch.exp(-(side[:, None] ** 2 + side**2))  # the light of a flash falls off
lit = (picture * (0.3 + 0.9 * centre)).clamp(0, 1).sqrt()
x = (picture * torch.tensor([0.9, 0.65, 0.4])[:, None, None] * (0.4 + 0.3 * (1 + side))).clamp(0, 1)[None]
y = (x + 0.08 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
x_hat = flash(y[0], lit, method=Dip(runs=1), steps=250).image[None]
figure = plot.draw_images({"without flash": y, "with flash": lit[None], "from both": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 13
