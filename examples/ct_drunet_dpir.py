"""
Tomography: a network for photographs as prior
==============================================

The denoiser has never seen a sinogram, nor a body; the data term knows the scanner, and the steps of ``DPIR`` bring
both together.
"""

import torch
from skimage.data import shepp_logan_phantom

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import DPIR, Annealing

x = torch.from_numpy(shepp_logan_phantom()[::4, ::4].copy()).float()[None, None]  # 100x100 pixels
geometry = physics.ParallelBeam(torch.arange(0, 180, 4.0), bins=144)
scan = physics.Tomography(geometry, (100, 100), noise=physics.GaussianNoise(0.3))
y = scan(x, rng=torch.Generator().manual_seed(0))
naive = scan.fbp(y, "hann")
with torch.no_grad():
    x_hat = DPIR(zoo.load_denoiser("drunet-grey-compact"), Annealing(steps=10))(y, scan)
figure = plot.draw_images({"filtered back-projection": naive, "DPIR": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(naive, x) + 7
