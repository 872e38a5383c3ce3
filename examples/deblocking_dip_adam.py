"""
JPEG files: a deep image prior
==============================

The blocks and halos of JPEG are no part of a picture, and a network draws them last: it is told nothing of JPEG.
``preimage restore deblock --method dip`` is the same for files.
"""

import io

import numpy as np
import torch
from PIL import Image
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.restore import Dip, deblock


def tensor(picture: Image.Image) -> torch.Tensor:
    """A picture (1, 3, H, W) from 0 to 1."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float()[None] / 255


photograph = Image.fromarray(data.astronaut()[16:144:2, 160:288:2])
file = io.BytesIO()
photograph.save(file, "jpeg", quality=10)
x, y = tensor(photograph), tensor(Image.open(file))
x_hat = deblock(y[0], method=Dip(runs=1), steps=400).image[None]
figure = plot.draw_images({"JPEG": y, "deep image prior": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 0.5
