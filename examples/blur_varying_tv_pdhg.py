"""
Deblurring: a blur that changes over the field
==============================================

Sharp in the middle, blurred at the border, as lenses are: two kernels, each with its part of the image. A solver that
takes the mean kernel everywhere is wrong in both places.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
row, column = torch.meshgrid(torch.linspace(-1, 1, 128), torch.linspace(-1, 1, 128), indexing="ij")
outside = ((row**2 + column**2) / 2).clamp(0, 1)
size = (13, 13)
filters = torch.stack(
    [physics.kernels.gaussian_blur(0.5, size=size)[0, 0], physics.kernels.gaussian_blur(2.5, size=size)[0, 0]]
)
lens = physics.SpaceVaryingBlur(
    filters[None, :, None],
    torch.stack([1 - outside, outside])[None, :, None],
    "reflect",
    noise=physics.GaussianNoise(0.01),
)
y = lens(x, rng=torch.Generator().manual_seed(0))
mean = physics.Blur(filters.mean(0)[None, None], "reflect", noise=physics.GaussianNoise(0.01))
model = Variational(PDHG(), TVPrior(25.0), max_steps=150)
wrong, x_hat = model(y, mean), model(y, lens)
figure = plot.draw_images({"blurred": y, "one mean kernel": wrong, "as it is": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > max(PSNR()(y, x), PSNR()(wrong, x)) + 5
