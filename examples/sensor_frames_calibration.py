"""
A camera's noise, from flat and dark frames
===========================================

The variance of a pixel grows with its mean: the slope is the gain, what is left in the dark is the read-out noise.
``calibrate`` finds both from a few frames, each with its standard error.
"""

import torch

from preimage import physics, plot

rng = torch.Generator().manual_seed(0)
sensor = physics.CameraNoise(gain=0.004, sigma=0.003, row=0.001)
levels = torch.linspace(0.05, 0.9, 6)
flat = [sensor.sample(level * torch.ones(8, 1, 64, 64), rng)[:, 0] for level in levels]
dark = sensor.sample(torch.zeros(8, 1, 64, 64), rng)[:, 0]
found = physics.noise.calibrate(flat, dark)
print(f"gain {found.gain.value:.5f} +- {found.gain.error:.5f}, read-out {found.read_noise.value:.5f}")
means, variances = [frames.mean() for frames in flat], [frames.var(0).mean() for frames in flat]
line = 0.003**2 + 0.001**2 + 0.004 * levels
figure = plot.draw_curves(
    {"frames": (means, variances), "the law": (levels, line)}, ("mean", "variance"), "flat frames"
)
assert abs(found.gain.value - 0.004) < 4 * found.gain.error < 0.0004
assert abs(found.read_noise.value - 0.003) < 0.0003
