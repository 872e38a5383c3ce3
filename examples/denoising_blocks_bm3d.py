"""
White noise: similar blocks, filtered together
==============================================

BM3D (Dabov et al. 2007) stacks blocks that look alike, transforms the stack, and shrinks it, twice. Nothing was
trained.
"""

import torch
from skimage import data

from preimage import plot
from preimage.denoisers import BM3D, BilateralFilter
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
y = x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
x_hat, blurred = BM3D()(y, 0.1), BilateralFilter()(y, 0.1)
figure = plot.draw_images({"noisy": y, "bilateral filter": blurred, "BM3D": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(blurred, x) + 1 > PSNR()(y, x) + 3
