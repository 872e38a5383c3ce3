"""Periodic blur, diagonal in the Fourier domain."""

import torch
from torch import Tensor

from preimage.physics._convolution import (
    as_filter,
    check_fit,
    check_kernel,
    convolve,
    convolve_adjoint,
    transfer_function,
)
from preimage.physics.bases import Fourier
from preimage.physics.noise import Noise
from preimage.physics.spectral import SpectralPhysics

__all__ = ["BlurFFT"]


class BlurFFT(SpectralPhysics):
    r"""``A x = k * x``, true periodic convolution; its spectrum is the kernel's transfer function.

    ``y[n] = sum_j k[j] x[(n - j + o) mod N]`` with the origin ``o = floor(size / 2)`` in each axis, for odd and even
    kernels alike. Kernels larger than the image wrap around. It is ``Blur(kernel, "circular")`` with a type that keeps
    the closed forms of its combinations with other operators.

    Args:
        kernel: (kh, kw), (1 or C, kh, kw) or (1 or B, 1 or C, kh, kw); (1 or B, 1 or C, kd, kh, kw) for volumes. It is
            used as given; a blur that keeps the mean sums to one.

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real; measurements alike.

    Raises:
        ShapeError: the kernel does not fit the image, or either is not real.
    """

    def __init__(self, kernel: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        check_kernel(kernel)
        self.kernel = kernel

    @property
    def left(self) -> Fourier:
        """The Fourier transform."""
        return Fourier(as_filter(self.kernel).ndim - 2)

    @property
    def right(self) -> Fourier:
        """The Fourier transform."""
        return self.left

    def A(self, x: Tensor) -> Tensor:
        """``k * x``."""
        return convolve(x, self.kernel, "circular", "fft")

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Correlation with ``k``."""
        return convolve_adjoint(y, self.kernel, "circular", "fft")

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """The transfer function, of shape (1 or B, 1 or C, H, W // 2 + 1)."""
        kernel = as_filter(self.kernel).to(dtype)
        check_fit(kernel, shape)
        return transfer_function(kernel, tuple(shape[2:]), tuple(size // 2 for size in kernel.shape[2:]))
