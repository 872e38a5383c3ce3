"""
White noise: shrinkage of wavelets
==================================

Details that are small are noise. The threshold of each band follows from its power (Chang, Yu, Vetterli 2000); the
mean over several bases takes away the traces of each.
"""

import torch
from skimage import data

from preimage import plot
from preimage.denoisers import WaveletDenoiser
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
y = x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
plain = WaveletDenoiser()(y, 0.1)
steady = WaveletDenoiser(("haar", "db2", "db4", "sym8"))(y, 0.1)
figure = plot.draw_images({"noisy": y, "wavelets": plain, "four bases": steady, "truth": x}, x)
assert PSNR()(steady, x) > PSNR()(plain, x) + 0.1 > PSNR()(y, x) + 4
