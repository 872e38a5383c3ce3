"""
A posterior by diffusion: DiffPIR
=================================

A denoiser that ships stands for the prior of photographs; from noise to a picture, level by level, pulled to the
measurement at each. Several answers, all of which explain the data.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.sampling import DDIM, DiffPIR, DiffusionSampler, PowerSchedule

x = torch.from_numpy(data.astronaut()[0:192:2, 176:368:2].copy()).permute(2, 0, 1).float()[None] / 255
rng = torch.Generator().manual_seed(0)
mask = torch.ones(1, 1, 96, 96)
mask[..., 40:58, 30:66] = 0
holes = physics.Inpainting(mask, physics.GaussianNoise(0.02))
y = holes(x, rng=rng)
schedule = PowerSchedule(steps=15, sigma_max=0.2, sigma_min=0.01)
sampler = DiffusionSampler(zoo.load_denoiser("drunet-color-compact"), DiffPIR(), DDIM(1.0), schedule, samples=3)
with torch.no_grad():
    posterior = sampler.sample(y, holes)
samples = {f"sample {i}": posterior.samples[:, i] for i in range(2)}
figure = plot.draw_images({"seen": y, **samples, "mean": posterior.mean()}, x)
assert PSNR()(posterior.mean(), x) > PSNR()(y, x) + 5
assert float(posterior.variance()[..., 45:53, 35:60].mean()) > 2 * float(posterior.variance()[..., :30, :].mean())
