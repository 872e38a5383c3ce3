"""
How wrong may it be? Error maps that hold
=========================================

The derivative of a denoiser tells where it guesses (Tweedie); a factor found on pictures with known truth makes the
map hold for nine pixels of ten.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.sampling import TweedieErrorMap, conformal_factor, coverage


def crop(picture, row, column):
    """96x96 pixels of a photograph, noisy, and the truth."""
    truth = torch.from_numpy(picture[row : row + 96, column : column + 96].copy()).float()[None, None] / 255
    return truth, truth + 0.1 * torch.randn(truth.shape, generator=torch.Generator().manual_seed(row + column))


denoiser, noisy = zoo.load_denoiser("drunet-grey-compact"), physics.Denoising(physics.GaussianNoise(0.1))
known = [crop(data.camera(), 96 * i, 96 * j) for i in range(5) for j in range(3)]
with torch.no_grad():
    found = [denoiser(y, 0.1) for _, y in known]
    widths = [TweedieErrorMap(denoiser)(y, noisy, x_hat) for (_, y), x_hat in zip(known, found, strict=True)]
factor = conformal_factor([x_hat - x for (x, _), x_hat in zip(known, found, strict=True)], widths, level=0.9)
x, y = crop(data.coins(), 60, 100)
with torch.no_grad():
    x_hat = denoiser(y, 0.1)
    width = factor * TweedieErrorMap(denoiser)(y, noisy, x_hat)
held = float(coverage(x_hat - x, width))
figure = plot.draw_images({"noisy": y, "denoised": x_hat, "truth": x}, x)
maps = plot.draw_images({"|error|": (x_hat - x).abs(), f"map, holds for {100 * held:.0f} %": width}, scale="own")
assert 0.8 < held < 0.98
