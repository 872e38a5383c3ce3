"""
Learning: the weight of a prior, from pairs
===========================================

Pictures with known truth tell how strong total variation should be: the gradient of the error reaches the weight
through the minimiser.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational, learn_hyperparameters

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
rng = torch.Generator().manual_seed(0)
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.02))
other = torch.from_numpy(data.coins()[:128, :128].copy()).float()[None, None] / 255
y, pairs = blur(x, rng=rng), [(other, blur(other, rng=rng), blur)]
model = Variational(PDHG(), TVPrior(80.0), max_steps=60, tol=None)
learned = learn_hyperparameters(model, pairs, steps=15)
before, x_hat = model(y, blur), learned.model(y, blur)
found = f"learned weight {next(iter(learned.values.values())):.1f}"
figure = plot.draw_images({"blurred": y, "weight 80": before, found: x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(before, x) + 0.3
