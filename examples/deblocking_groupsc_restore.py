"""
JPEG files: sparse codes of similar patches
===========================================

``restore.deblock`` reads the quality in the file's own table and takes the blocks and halos off.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image
from skimage import data

from preimage import plot
from preimage.metric import PSNR
from preimage.restore import deblock

photograph = Image.fromarray(data.astronaut()[0:192:2, 160:352:2])
with TemporaryDirectory() as folder:
    file = Path(folder) / "small.jpg"
    photograph.save(file, quality=15)
    y = torch.from_numpy(np.array(Image.open(file)))
    x_hat = deblock(file, method="groupsc").image.pixels.permute(1, 2, 0) * 255
tensors = [(torch.as_tensor(np.asarray(each)).float() / 255).permute(2, 0, 1)[None] for each in (photograph, y, x_hat)]
x, y, x_hat = tensors
figure = plot.draw_images({"JPEG": y, "deblocked": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(y, x) + 0.3
