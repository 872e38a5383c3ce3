"""
A posterior in closed form: what a measurement leaves open
==========================================================

For Gaussian images and noise every sample is exact and independent. The mean of the samples comes near the
regularised solution, their spread says which pixels are not known.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.sampling import PerturbAndOptimize, coverage
from preimage.sampling.diagnostics import bulk_ess

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
rng = torch.Generator().manual_seed(0)
scene = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.02))
y = scene(x, rng=rng)
sampler = PerturbAndOptimize(mean=0.5, spread=0.25, samples=100)
posterior = sampler.sample(y, scene)
exact = 0.5 + scene.solve_regularized(y - scene.A(0.5 * torch.ones_like(x)), (0.02 / 0.25) ** 2)
mean, spread = posterior.mean(), posterior.variance().sqrt()
held, ess = float(coverage(mean - x, 1.645 * spread)), float(bulk_ess(posterior.samples[:, None]).median())
print(f"PSNR of the mean {float(PSNR()(mean, x)):.2f} dB, of the most likely image {float(PSNR()(exact, x)):.2f} dB")
print(f"coverage {held:.3f} of 0.9, effective samples {ess:.0f} of 100")
figure = plot.draw_images(
    {"measured": y, "one sample": posterior.samples[:, 0], "mean of 100": mean, "exact mean": exact}, x
)
widths = plot.draw_images({"standard deviation": spread}, scale="own")
assert PSNR()(mean, exact) > PSNR()(posterior.samples[:, 0], exact) + 17
assert PSNR()(mean, x) > max(PSNR()(posterior.samples[:, 0], x) + 5, PSNR()(y, x))
