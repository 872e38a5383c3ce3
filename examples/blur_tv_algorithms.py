"""
Deblurring: one functional, four algorithms
===========================================

Data term and prior say what is looked for; the algorithm only how. All of them come to the same minimum, at different
speeds.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR
from preimage.optim import FISTA, PDHG, PGD, SDMM, TVPrior, Variational

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.02))
y = blur(x, rng=torch.Generator().manual_seed(0))
algorithms = {"PGD": PGD(), "FISTA": FISTA(), "PDHG": PDHG(), "SDMM": SDMM()}
runs = {
    name: Variational(algorithm, TVPrior(10.0), max_steps=80, tol=None).solve(y, blur, trace=True)
    for name, algorithm in algorithms.items()
}
figure = plot.draw_history({name: run.history for name, run in runs.items()}, "objective")
images = plot.draw_images({"blurred": y, "SDMM": runs["SDMM"].x, "truth": x}, x)
least = {name: float(run.history.columns()["objective"].min()) for name, run in runs.items()}
assert least["FISTA"] < least["PGD"]
assert abs(least["FISTA"] / least["SDMM"] - 1) < 2e-3
assert PSNR()(runs["SDMM"].x, x) > PSNR()(y, x) + 1.5
