"""
Counts of photons: the likelihood of Poisson and total variation
================================================================

The data term follows from the noise: ``PoissonNoise`` knows its likelihood, whose prox has a closed form. The same
prior with least squares is worse, because it believes dark pixels as little as bright ones.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import L2, PDHG, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
counting = physics.Denoising(physics.PoissonNoise(gain=1 / 20))
y = counting(x, rng=torch.Generator().manual_seed(0))


def best(fidelity, weights):
    """The best of several weights, so that both data terms have what suits them."""
    runs = [Variational(PDHG(), TVPrior(weight), fidelity, max_steps=200)(y, counting) for weight in weights]
    return max(runs, key=lambda run: float(PSNR()(run, x)))


likelihood = best(None, (2.0, 3.0, 4.0))
squares = best(lambda physics, y: L2(physics, y, 0.16), (2.0, 3.0, 4.0))
figure = plot.draw_images({"counts": y, "least squares": squares, "likelihood": likelihood, "truth": x}, x)
assert PSNR()(likelihood, x) > PSNR()(squares, x) + 0.1
assert PSNR()(likelihood, x) > PSNR()(y, x) + 6
