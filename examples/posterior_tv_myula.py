"""
A posterior by a Markov chain: total variation
==============================================

Langevin steps on the Moreau envelope of total variation (Durmus, Moulines, Pereyra 2018): the mean is the least-
squares estimate, nearer to the truth than the most likely image of the same prior, and R-hat tells whether chains
agree. The default smoothing, fit for fast chains, would leave more of the noise.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import PDHG, TVPrior, Variational
from preimage.sampling import MCMC, MYULA, ChainPlan, coverage
from preimage.sampling.diagnostics import bulk_ess, r_hat

x = torch.from_numpy(data.camera()[100:148, 180:228].copy()).float()[None, None] / 255
noisy = physics.Denoising(physics.GaussianNoise(0.1))
y = noisy(x, rng=torch.Generator().manual_seed(0))
chains = MCMC(MYULA(smoothing=0.001), TVPrior(20.0, tol=1e-3), ChainPlan(samples=60, thinning=8, burn_in=300))
posterior = chains.sample(y, noisy)
mean, spread = posterior.mean(), posterior.variance().sqrt()
most_likely = Variational(PDHG(), TVPrior(20.0), max_steps=300)(y, noisy)
held, ess = float(coverage(mean - x, 1.645 * spread)), float(bulk_ess(posterior.by_chain()).median())
print(
    f"PSNR of the mean {float(PSNR()(mean, x)):.2f} dB, of the most likely image {float(PSNR()(most_likely, x)):.2f} dB"
)
print(f"coverage {held:.3f} of 0.9, effective samples {ess:.0f} of {posterior.samples.shape[1]}")
print("largest R-hat", float(r_hat(posterior.by_chain()).max()))
figure = plot.draw_images({"noisy": y, "most likely": most_likely, "posterior mean": mean, "truth": x}, x)
widths = plot.draw_images({"standard deviation": spread}, scale="own")
assert PSNR()(mean, x) > max(PSNR()(y, x) + 3, PSNR()(most_likely, x))
assert r_hat(posterior.by_chain()).median() < 1.1
