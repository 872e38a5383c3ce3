"""Blur by one kernel, at any border."""

from torch import Tensor

from preimage.physics._border import Padding, check_padding
from preimage.physics._convolution import Method, check_kernel, check_method, convolve, convolve_adjoint
from preimage.physics.blur_fft import BlurFFT
from preimage.physics.linear import LinearPhysics
from preimage.physics.noise import Noise
from preimage.physics.structure import Diagonal

__all__ = ["Blur"]


class Blur(LinearPhysics):
    r"""``A x = k * x``, true convolution: ``y[n] = sum_j k[j] x[n - j + o]``.

    The origin is ``o = floor(size / 2)`` in each axis, for odd and even kernels alike. ``valid`` keeps the positions
    where the kernel lies inside the image, and measures (H - kh + 1, W - kw + 1) samples; the others measure as many
    samples as the image has, which continues beyond its border periodically (``circular``), by its last sample
    (``replicate``), mirrored about its last sample (``reflect``) or by zero. For ``circular``, pseudo-inverse, shifted
    solve and norm are those of :class:`BlurFFT`, in closed form.

    Args:
        kernel: (kh, kw), (1 or C, kh, kw) or (1 or B, 1 or C, kh, kw); (1 or B, 1 or C, kd, kh, kw) for volumes. It is
            used as given; a blur that keeps the mean sums to one.
        padding: how the image continues.
        method: ``fft``, ``direct``, or whichever costs less (``auto``).

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real.

    Raises:
        ShapeError: the kernel does not fit the image, or either is not real; a mirrored image must be larger than half
            the kernel. With ``circular``, kernels of any size wrap around.
    """

    def __init__(
        self, kernel: Tensor, padding: Padding = "valid", method: Method = "auto", noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        check_kernel(kernel)
        check_padding(padding)
        check_method(method)
        self.kernel = kernel
        self.padding: Padding = padding
        self.method: Method = method

    def A(self, x: Tensor) -> Tensor:
        """``k * x``."""
        return convolve(x, self.kernel, self.padding, self.method)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Correlation with ``k``, what falls outside the image being added back where the border came from."""
        return convolve_adjoint(y, self.kernel, self.padding, self.method)

    def measured(self, y: Tensor) -> None:
        """Every entry."""

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """In the Fourier basis for ``circular``."""
        return BlurFFT(self.kernel).diagonal(like) if self.padding == "circular" else None

    def A_dagger(self, y: Tensor) -> Tensor:
        """Closed form for ``circular``; otherwise iterative."""
        return BlurFFT(self.kernel).A_dagger(y) if self.padding == "circular" else super().A_dagger(y)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """Closed form for ``circular``; otherwise by conjugate gradients."""
        if self.padding == "circular":
            return BlurFFT(self.kernel).solve_shifted(b, rho)
        return super().solve_shifted(b, rho)

    def solve_regularized(self, y: Tensor, rho: float | Tensor) -> Tensor:
        """Closed form for ``circular``; otherwise by conjugate gradients."""
        if self.padding == "circular":
            return BlurFFT(self.kernel).solve_regularized(y, rho)
        return super().solve_regularized(y, rho)

    def norm(self, like: Tensor) -> Tensor:
        """Closed form for ``circular``; otherwise by power iteration."""
        return BlurFFT(self.kernel).norm(like) if self.padding == "circular" else super().norm(like)
