"""Blur by one kernel, at any border."""

from torch import Tensor

from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Fourier
from preimage.transform.border import Padding, check_padding
from preimage.transform.convolution import (
    Method,
    as_filter,
    convolve,
    convolve_adjoint,
    require_fit,
    require_kernel,
    require_method,
)
from preimage.transform.transfer import transfer_function

__all__ = ["Blur", "BlurFFT"]


class Blur(LinearPhysics):
    r"""``A x = k * x``, true convolution: ``y[n] = sum_j k[j] x[n - j + o]``.

    The origin is ``o = floor(size / 2)`` in each axis, for odd and even kernels alike. ``valid`` keeps the positions
    where the kernel lies inside the image, and measures (H - kh + 1, W - kw + 1) samples; the others measure as many
    samples as the image has, which continues beyond its border periodically (``circular``), by its last sample
    (``replicate``), mirrored about its last sample (``reflect``) or by zero. For ``circular``, pseudo-inverse, shifted
    solve and norm are in closed form, in the Fourier basis.

    Args:
        kernel: (kh, kw), (1 or C, kh, kw) or (1 or B, 1 or C, kh, kw); (1 or B, 1 or C, kd, kh, kw) for volumes. It is
            used as given; a blur that keeps the mean sums to one.
        padding: how the image continues.
        method: ``fft``, ``direct``, or whichever costs less (``auto``). The spectrum of the kernel is kept for the next
            call, unless it is recorded for a gradient.

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real.

    Raises:
        ShapeError: the kernel does not fit the image, or either is not real; a mirrored image must be larger than half
            the kernel. With ``circular``, kernels of any size wrap around.

    Source: the definition.
    """

    def __init__(
        self, kernel: Tensor, padding: Padding = "valid", method: Method = "auto", noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        require_kernel(kernel)
        check_padding(padding)
        require_method(method)
        self.kernel = kernel
        self.padding: Padding = padding
        self.method: Method = method

    def A(self, x: Tensor) -> Tensor:
        """``k * x``."""
        return convolve(x, self.kernel, self.padding, self.method)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Correlation with ``k``, what falls outside the image being added back where the border came from."""
        return convolve_adjoint(y, self.kernel, self.padding, self.method)

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The transfer function in the Fourier basis, for ``circular``."""
        if self.padding != "circular":
            return None
        basis = Fourier(as_filter(self.kernel).ndim - 2)
        return Diagonal(basis, basis, lambda: self._transfer_function(like))

    def _transfer_function(self, like: Tensor) -> Tensor:
        """(1 or B, 1 or C, H, W // 2 + 1)."""
        kernel = as_filter(self.kernel).to(like.real.dtype)
        require_fit(kernel, tuple(like.shape))
        return transfer_function(kernel, tuple(like.shape[2:]), tuple(size // 2 for size in kernel.shape[2:]))


class BlurFFT(Blur):
    r"""``A x = k * x``, true periodic convolution: ``Blur(kernel, "circular", "fft")``.

    ``y[n] = sum_j k[j] x[(n - j + o) mod N]`` with the origin ``o = floor(size / 2)`` in each axis, for odd and even
    kernels alike. Kernels larger than the image wrap around.

    Args:
        kernel: (kh, kw), (1 or C, kh, kw) or (1 or B, 1 or C, kh, kw); (1 or B, 1 or C, kd, kh, kw) for volumes. It is
            used as given; a blur that keeps the mean sums to one.

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real; measurements alike.

    Raises:
        ShapeError: the kernel does not fit the image, or either is not real.

    Source: the definition.
    """

    def __init__(self, kernel: Tensor, noise: Noise | None = None) -> None:
        super().__init__(kernel, "circular", "fft", noise)
