"""
Text taken off a photograph: a deep image prior
===============================================

What lies under the letters is unknown; a network fitted to what lies around them goes on in between.
``preimage restore inpaint --method dip`` is the same for files.
"""

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.restore import Dip, inpaint

x = torch.from_numpy(data.astronaut()[16:144:2, 160:288:2].copy()).permute(2, 0, 1).float() / 255
page = Image.new("L", (64, 64))
words = ImageDraw.Draw(page)
for row in range(6):
    words.text((2 - 5 * row, 12 * row), "what lies under these words", fill=255, font=ImageFont.load_default(10))
missing = torch.from_numpy(np.array(page)) > 0
y = x.masked_fill(missing, 1)
x_hat = inpaint(y, missing, sigma=0, method=Dip(runs=1), steps=250).image[None]
figure = plot.draw_images({"with text": y[None], "deep image prior": x_hat, "truth": x[None]}, x[None])
assert PSNR()(x_hat, x[None]) > PSNR()(y[None], x[None]) + 17
