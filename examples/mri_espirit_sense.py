"""
MRI: sensitivities from the data themselves (ESPIRiT)
=====================================================

Nobody tells a scanner its sensitivities. The fully sampled middle of k-space holds them, as eigenvectors (Uecker et
al. 2014).
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot
from preimage.metric import PSNR

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
maps = physics.coils.birdcage((96, 96), 6)
mask = torch.zeros(96, 96)
mask[:, ::2], mask[:, 36:60] = 1, 1
scanner = physics.MultiCoilMRI(mask, maps, physics.GaussianNoise(0.002))
y = scanner(x + 0j, rng=rng)
found = physics.coils.espirit(y[..., 36:60, 36:60], (96, 96))
known, estimated = (physics.MultiCoilMRI(mask, each).solve_regularized(y, 1e-3).abs() for each in (maps, found))
root = (scanner.A_adjoint(y)).abs()
figure = plot.draw_images({"zero-filled": root, "known coils": known, "found coils": estimated, "truth": x}, x)
assert PSNR()(estimated, x) > PSNR()(root, x) + 24
assert PSNR()(estimated, x) > PSNR()(known, x) - 0.5
