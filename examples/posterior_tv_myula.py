"""
A posterior by a Markov chain: total variation
==============================================

Langevin steps on the Moreau envelope of total variation (Durmus, Moulines, Pereyra 2018): the mean is the least-
squares estimate, and R-hat tells whether chains agree.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import TVPrior
from preimage.sampling import MCMC, MYULA, ChainPlan
from preimage.sampling.diagnostics import r_hat

x = torch.from_numpy(data.camera()[100:148, 180:228].copy()).float()[None, None] / 255
noisy = physics.Denoising(physics.GaussianNoise(0.1))
y = noisy(x, rng=torch.Generator().manual_seed(0))
chains = MCMC(MYULA(), TVPrior(12.0, tol=1e-3), ChainPlan(samples=100, thinning=5, burn_in=200))
posterior = chains.sample(y, noisy)
mean, spread = posterior.mean(), posterior.variance().sqrt()
print("largest R-hat", float(r_hat(posterior.by_chain()).max()))
figure = plot.draw_images({"noisy": y, "posterior mean": mean, "truth": x}, x)
widths = plot.draw_images({"standard deviation": spread}, scale="own")
assert PSNR()(mean, x) > PSNR()(y, x) + 3
assert r_hat(posterior.by_chain()).median() < 1.1
