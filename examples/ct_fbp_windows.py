"""
Tomography: filtered back-projection
====================================

The inverse that scanners use. The window trades sharpness for noise: the ramp alone is best without noise, Hann's
with much of it.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
geometry = physics.ParallelBeam(torch.arange(0, 180, 1.5), bins=144)
quiet = physics.Tomography(geometry, (100, 100), noise=physics.GaussianNoise(0.05))
loud = quiet.with_noise(physics.GaussianNoise(3.0))
sinograms = [scan(x, rng=torch.Generator().manual_seed(0)) for scan in (quiet, loud)]
found = {window: [quiet.fbp(y, window) for y in sinograms] for window in ("ramp", "hann")}
figure = plot.draw_images(
    {
        "ramp, quiet": found["ramp"][0],
        "hann, quiet": found["hann"][0],
        "ramp, loud": found["ramp"][1],
        "hann, loud": found["hann"][1],
    },
    x,
)
sinogram = plot.draw_sinogram(sinograms[1], geometry)
assert PSNR()(found["ramp"][0], x) > PSNR()(found["hann"][0], x) + 3
assert PSNR()(found["hann"][1], x) > PSNR()(found["ramp"][1], x) + 3
