"""
Missing pixels: a deep image prior with a start
===============================================

Half of the pixels are missing. The network that draws them does not begin at random: ``fill-color`` has learned on
other photographs how holes are filled, and goes on learning from what this one shows.
"""

import torch
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.restore import Dip, inpaint

x = torch.from_numpy(data.astronaut()[16:144:2, 160:288:2].copy()).permute(2, 0, 1).float()[None] / 255
missing = torch.rand(x.shape[2:], generator=torch.Generator().manual_seed(0)) < 0.5
y = x.masked_fill(missing, 0)
started = inpaint(y[0], missing, sigma=0, method=Dip(runs=1), weights="fill-color", steps=60).image[None]
random = inpaint(y[0], missing, sigma=0, method=Dip(runs=1), steps=60).image[None]
figure = plot.draw_images({"seen": y, "from a random start": random, "from fill-color": started, "truth": x}, x)
assert PSNR()(started, x) > PSNR()(y, x) + 18
assert PSNR()(started, x) > PSNR()(random, x) + 0.5
