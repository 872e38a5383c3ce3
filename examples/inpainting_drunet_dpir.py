"""
Missing pixels: a network as prior
==================================

The same network that denoises fills scattered holes: its data step keeps what was seen, and the noise level it is
asked for falls from step to step.
"""

import torch
from skimage import data

from preimage import physics, plot, zoo
from preimage.metric import PSNR
from preimage.optim import ADMM, DPIR, TVPrior, Variational

x = torch.from_numpy(data.astronaut()[0:256:2, 160:416:2].copy()).permute(2, 0, 1).float()[None] / 255
rng = torch.Generator().manual_seed(0)
holes = physics.Inpainting((torch.rand(1, 1, 128, 128, generator=rng) < 0.4).float(), physics.GaussianNoise(0.01))
y = holes(x, rng=rng)
tv = Variational(ADMM(0.003), TVPrior(20.0, coupled=True), max_steps=60)(y, holes)
with torch.no_grad():
    x_hat = DPIR.inpainting(zoo.load_denoiser("drunet-color-compact"))(y, holes)
figure = plot.draw_images({"seen": y, "total variation": tv, "DPIR": x_hat, "truth": x}, x)
assert PSNR()(x_hat, x) > PSNR()(tv, x) + 1
