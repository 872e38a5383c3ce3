"""
White noise: total generalised variation
========================================

Total variation turns ramps into stairs. Of second order (Bredies, Kunisch, Pock 2010), it lets slopes be and has no
stairs: the error of a shaded surface falls.
"""

import torch

from preimage import plot
from preimage.denoisers import TGVDenoiser, TVDenoiser
from preimage.metric import PSNR

row, column = torch.meshgrid(torch.linspace(0, 1, 96), torch.linspace(0, 1, 96), indexing="ij")
x = (0.3 + 0.5 * column + 0.2 * (((row - 0.5) ** 2 + (column - 0.5) ** 2) < 0.08) * row)[None, None]
y = x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
tv, tgv = TVDenoiser(1.5)(y, 0.1), TGVDenoiser(1.5)(y, 0.1)
figure = plot.draw_images({"noisy": y, "TV": tv, "TGV": tgv, "truth": x}, x)
assert PSNR()(tgv, x) > PSNR()(tv, x) + 1 > PSNR()(y, x) + 15
