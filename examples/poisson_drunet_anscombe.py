"""
Counts of photons: a transform that evens the noise out
=======================================================

Noise of light grows with brightness. After Anscombe's transform it is white, a network for white noise removes it,
and the exact inverse leads back.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.denoisers import AnscombeDenoiser
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
noise = physics.PoissonNoise(gain=1 / 40)  # forty photons where the picture is white
y = noise.sample(x, torch.Generator().manual_seed(0))
network = zoo.load_denoiser("drunet-grey-compact")
with torch.no_grad():
    white = network(y, (x / 40).mean().sqrt())  # as if the noise were white, with its true mean power
    x_hat = AnscombeDenoiser(network, 1 / 40)(y, 0.0)
figure = plot.draw_images({"counts": y, "taken for white": white, "Anscombe": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(white, x) + 0.5
