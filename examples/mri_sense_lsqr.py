"""
MRI: coils and half of the lines, by least squares (SENSE)
==========================================================

Coils see the object through different sensitivities, and what one line in two leaves folded they unfold (Pruessmann
et al. 1999). For lines at equal distances it is a closed form.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
maps = physics.coils.birdcage((96, 96), 8)
mask = torch.zeros(96, 96)
mask[:, ::2] = 1
scanner = physics.MultiCoilMRI(mask, maps, physics.GaussianNoise(0.005))
y = scanner(x + 0j, rng=rng)
folded, x_hat = scanner.A_adjoint(y).abs(), scanner.A_dagger(y).abs()
figure = plot.draw_images({"zero-filled": 2 * folded, "SENSE": x_hat, "truth": x}, x)
k_space = plot.draw_kspace(y)
g = physics.coils.g_factor(scanner, x + 0j)
noise = plot.draw_images({"noise amplification g": g.abs()}, scale="own")
assert PSNR()(x_hat, x) > PSNR()(2 * folded, x) + 21
