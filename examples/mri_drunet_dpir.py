"""
MRI: a network for photographs as prior
=======================================

Real and imaginary part are denoised by a network that has seen photographs only; the coils are known.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot, zoo
from preimage.denoisers import ComplexDenoiser
from preimage.metric import PSNR
from preimage.optim import DPIR, Annealing

rng = torch.Generator().manual_seed(0)
x = torch.from_numpy(shepp_logan_phantom()[8:392:4, 8:392:4].copy()).float()[None, None]  # 96x96 pixels
maps = physics.coils.birdcage((96, 96), 8)
mask = physics.generators.EquispacedMaskGenerator((96, 96), acceleration=3.0)(1, rng)["mask"]
scanner = physics.MultiCoilMRI(mask, maps, physics.GaussianNoise(0.02))
y = scanner(x + 0j, rng=rng)
sense = scanner.solve_regularized(y, 0.02).abs()
prior = ComplexDenoiser(zoo.load_denoiser("drunet-grey-compact"))
with torch.no_grad():
    x_hat = DPIR(prior, Annealing(steps=8))(y, scanner).abs()
figure = plot.draw_images({"regularised SENSE": sense, "DPIR": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(sense, x) + 9
