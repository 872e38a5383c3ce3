"""Blur, then keep one sample of every few."""

import torch
from torch import Tensor

from preimage._tree import squared_modulus
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Fourier
from preimage.transform.border import Padding, check_padding
from preimage.transform.convolution import as_filter, convolve, convolve_adjoint, require_fit, require_kernel
from preimage.transform.transfer import transfer_function

__all__ = ["Downsampling"]


class Downsampling(LinearPhysics):
    r"""``A x = (k * x)[::factor, ::factor]``: true convolution, then the upper-left sample of every block.

    The convolution is that of :class:`Blur`, origin ``floor(size / 2)``. For ``circular`` borders ``A A^H`` is a
    periodic convolution at low resolution, with the spectrum ``d``, the mean of the kernel's power spectrum over
    aliases, which gives pseudo-inverse, shifted solve and norm in closed form. With a kernel centred on its origin,
    samples sit ``(factor - 1) / 2`` pixels up and left of the centres of the blocks; shift the kernel where it matters.

    Args:
        kernel: (kh, kw), (1 or C, kh, kw) or (1 or B, 1 or C, kh, kw); (1 or B, 1 or C, kd, kh, kw) for volumes.
        factor: any integer >= 1.
        padding: how the image continues, as in :class:`Blur`.

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real, sizes a multiple of ``factor``; measurements H / factor by
    W / factor (fewer for ``valid``).

    Raises:
        ShapeError: a size is no multiple of ``factor``, or the kernel does not fit the image.

    Source: Zhao, Wei, Basarab, Dobigeon, Kouame, Tourneret, "Fast single image super-resolution using a new analytical
    solution for l2-l2 problems", TIP 2016, for the shifted solve.
    """

    def __init__(self, kernel: Tensor, factor: int, padding: Padding = "circular", noise: Noise | None = None) -> None:
        super().__init__(noise)
        require_kernel(kernel)
        check_padding(padding)
        if not isinstance(factor, int) or factor < 1:
            raise ArgumentError(f"`factor` must be an integer >= 1, got {factor!r}; resample for other ratios.")
        self.kernel = kernel
        self.factor = factor
        self.padding: Padding = padding

    def A(self, x: Tensor) -> Tensor:
        """``(k * x)[::factor, ::factor]``."""
        self._check_sizes(tuple(x.shape))
        return convolve(x, self.kernel, self.padding, stride=self.factor)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """Insert zeros and correlate."""
        return convolve_adjoint(y, self.kernel, self.padding, stride=self.factor)

    def seen(self, y: Tensor) -> None:
        """Every entry of the measurement is measured."""

    def outer_diagonal(self, like: Tensor) -> Diagonal | None:
        """A periodic convolution at low resolution for ``circular``."""
        if self.padding != "circular":
            return None
        sizes = (size * self.factor for size in like.shape[2:])
        shape = (*like.shape[:2], *sizes)
        # Zero frequency first in both: the real transform of a measurement has the coefficients of `d`.
        basis = Fourier(as_filter(self.kernel).ndim - 2)
        return Diagonal(basis, basis, lambda: self._gram(shape, like.real.dtype))

    def _gram(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """``d``: the half spectrum of ``A A^H`` on images of ``shape``, real and non-negative."""
        self._check_sizes(shape)
        kernel = as_filter(self.kernel).to(dtype)
        require_fit(kernel, shape)
        spectrum = transfer_function(kernel, shape[2:], half=False)
        power = squared_modulus(spectrum)
        for axis in range(2 - kernel.ndim, 0):
            power = power.unflatten(axis, (self.factor, -1)).mean(axis - 1)
        return power[..., : power.shape[-1] // 2 + 1]

    def _check_sizes(self, shape: tuple[int, ...]) -> None:
        if any(size % self.factor for size in shape[2:]):
            raise ShapeError(
                f"`x` must have sizes that are a multiple of the factor {self.factor}, got {tuple(shape[2:])}; crop it."
            )
