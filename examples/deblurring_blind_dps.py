"""
Deblurring without the kernel: picture and kernel sampled together
==================================================================

Two diffusions run side by side, of the picture and of the kernel, and the gradient of one residual guides both
(BlindDPS). The prior of the kernel is five hundred examples, that of the picture a denoiser: what the measurement
leaves open shows in the spread of both.
"""

import torch
from skimage import data

from preimage import denoisers, physics, plot, zoo
from preimage.metric import PSNR
from preimage.physics.generators import GaussianBlurGenerator
from preimage.sampling import DDIM, DPS, BlindSampler, DiffusionSampler, ParameterPrior, PowerSchedule, coverage

x = torch.from_numpy(data.camera()[90:138, 190:238].copy()).float()[None, None] / 255
kernels = GaussianBlurGenerator(9, (0.5, 2.5)).draw_batch(500, torch.Generator().manual_seed(0))["kernel"]
kernel, known = kernels[:1], kernels[1:]  # the true one is none of the examples
scene = physics.Blur(kernel, "circular", noise=physics.GaussianNoise(0.01))
y = scene(x, rng=torch.Generator().manual_seed(1))

guess = scene.replace(kernel=known.mean(0, keepdim=True))
prior = ParameterPrior(denoisers.ExampleDenoiser(known), guess.kernel, known.std(0, keepdim=True))
schedule = PowerSchedule(40, y, 0.05, sigma_max=0.2, sigma_min=0.004, rho=3.0)
chain = DiffusionSampler(zoo.load_denoiser("drunet-grey-compact"), DPS(), DDIM(1.0), schedule, samples=6)
found = BlindSampler(chain, "kernel", prior).sample_both(y, guess)

mean, error = found.image.mean(), lambda k: float((k - kernel).norm() / kernel.norm())
width = 2.015 * (1 + 1 / 6) ** 0.5 * found.image.variance().sqrt()  # 90 % of Student's t of six samples
print(f"measured {float(PSNR()(y, x)):.2f} dB, mean of the samples {float(PSNR()(mean, x)):.2f} dB,", end=" ")
print(f"coverage {float(coverage(mean - x, width)):.3f} of 0.9, effective samples 6, which are independent")
print(f"kernel: relative error {error(guess.kernel):.2f} -> {error(found.parameter.mean()):.2f}")
figure = plot.draw_images({"measured": y, "a sample": found.image.samples[:, 0], "mean": mean, "truth": x}, x)
shown = plot.draw_images(
    {"guess": guess.kernel, "a sample": found.parameter.samples[:, 0], "mean": found.parameter.mean(), "truth": kernel},
    scale="own",
)
assert error(found.parameter.mean()) < 0.6 * error(guess.kernel)
assert PSNR()(mean, x) > PSNR()(y, x) + 1
