"""
Deblurring in one step: Wiener's filter
=======================================

With Gaussian noise and a quadratic prior the minimiser has a closed form, one Fourier transform there and one back.
Without the prior the inverse of the blur amplifies the noise beyond recognition.
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PSNR

x = torch.from_numpy(data.camera()[80:336:2, 160:416:2].copy()).float()[None, None] / 255  # 128x128 grey pixels
blur = physics.BlurFFT(physics.kernels.gaussian_blur(1.5), physics.GaussianNoise(0.01))
y = blur(x, rng=torch.Generator().manual_seed(0))
mean = y.mean()
naive = blur.A_dagger(y)
x_hat = mean + blur.solve_regularized(y - mean, 0.01**2 / 0.1**2)
figure = plot.draw_images({"blurred": y, "inverse": naive, "regularised": x_hat, "truth": x}, x)
spectra = plot.draw_spectrum({"truth": x, "blurred": y, "regularised": x_hat})
assert PSNR()(x_hat, x) > PSNR()(y, x) + 1.5 > PSNR()(naive, x) + 10
