"""
Super-resolution: a deep image prior
====================================

Among all pictures that become the small one when they are reduced, an untrained network draws one that looks like a
picture. ``preimage restore superresolve --method dip`` is the same for files.
"""

import torch
import torch.nn.functional as F
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.physics import DownsamplingMatlab
from preimage.restore import Dip, superresolve

x = torch.from_numpy(data.astronaut()[0:192:2, 160:352:2].copy()).permute(2, 0, 1).float()[None] / 255
small = DownsamplingMatlab(4, "lanczos3")(x)
bicubic = F.interpolate(small, scale_factor=4, mode="bicubic")
x_hat = superresolve(small[0], 4, sigma=0, method=Dip(runs=1), steps=250).image[None]
figure = plot.draw_images({"bicubic": bicubic, "deep image prior": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(bicubic, x) + 0.6
