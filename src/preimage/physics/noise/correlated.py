"""Gaussian noise that goes on from pixel to pixel."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import check_image, per_image
from preimage._tree import squared_modulus
from preimage.physics.noise._coloured import ColouredNoise, Function
from preimage.transform import Fourier
from preimage.transform.convolution import as_filter, require_fit, require_kernel
from preimage.transform.transfer import transfer_function

__all__ = ["CorrelatedGaussianNoise"]


class CorrelatedGaussianNoise(ColouredNoise):
    r"""``y = z + sigma (k * n_1) + white n_2`` with standard normal ``n_1``, ``n_2``, and a kernel ``k`` of energy one.

    The noise is stationary with the spectrum ``S = sigma^2 |K|^2 + white^2``, ``K`` the periodic transfer function of
    the kernel; the standard deviation of a pixel is ``sqrt(sigma^2 + white^2)``. Likelihood, gradient, prox and
    conjugate are closed forms in the Fourier basis. The noise of demosaicked, filtered or resampled pictures is such.

    Args:
        kernel: shape of the correlation, (kh, kw), (C, kh, kw), (B, C, kh, kw) or (B, C, kd, kh, kw), real, not zero;
            its scale does not count.
        sigma: standard deviation of the correlated part in image units, a float > 0 or (B,).
        white: standard deviation of the white part, a float >= 0 or (B,); where the kernel passes no noise at some
            frequency, a likelihood needs it.

    Shapes: ``z`` (B, C, H, W) or (B, C, D, H, W), real or complex; ``y`` is like it.

    Raises:
        ArgumentError: a level is out of its range.
        ShapeError: the kernel is complex, or has a wrong shape.

    Source: the definition.
    """

    def __init__(self, kernel: Tensor, sigma: float | Tensor = 0.1, white: float | Tensor = 0.01) -> None:
        super().__init__()
        require_kernel(kernel)
        check_number("sigma", sigma, "use GaussianNoise for white noise alone")
        check_number("white", white, "give a standard deviation in image units", zero=True)
        self.kernel = kernel
        self.sigma = sigma
        self.white = white

    def spectrum(self, like: Tensor, half: bool) -> Tensor:
        """``S`` on data like ``like``, zero frequency first, broadcastable to its spectrum, or ``half`` of it."""
        kernel = as_filter(self.kernel).to(like.real)
        require_fit(kernel, tuple(like.shape), "z")
        energy = kernel.square().sum(tuple(range(2, kernel.ndim)), keepdim=True)
        power = squared_modulus(transfer_function(kernel, tuple(like.shape[2:]), half=half)) / energy
        return per_image(self.sigma, like.real).square() * power + per_image(self.white, like.real).square()

    def filtered(self, x: Tensor, function: Function) -> Tensor:
        """One transform there and one back."""
        check_image(x, "z")
        real = not x.is_complex()
        return Fourier(x.ndim - 2, real).filter(x, function(self.spectrum(x, real)))

    def variances(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """``S`` at every frequency, each as often as there are channels that share it."""
        full = self.spectrum(like, half=False)
        return full.flatten(1), torch.full((1,), like.shape[1] / full.shape[1]).to(full)
