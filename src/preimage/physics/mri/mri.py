"""MRI by one coil."""

from torch import Tensor

from preimage.physics.mri.encoding import as_mask, check_dims, fitting, require_complex
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import CentredFourier, Pixels

__all__ = ["MRI"]


class MRI(LinearPhysics):
    r"""``A x = mask * F x``: samples of the spectrum of a complex image, taken by one coil.

    ``F`` is the centred orthonormal Fourier transform (:class:`preimage.transform.CentredFourier`): the zero frequency
    is at index ``floor(N / 2)`` of every axis, and so is the origin of the image; its sign is that of
    ``exp(-2 pi i k n / N)``. Samples that are not taken are zero in ``A x``; noise covers them, too, and
    neither data terms nor the adjoint and the solves read them, be they NaN. Pseudo-inverse, regularised solves and
    norm are closed forms.

    Args:
        mask: which samples are taken, zeros and ones (any real weights are allowed): (H, W), or (1 or B, 1, H, W);
            with ``dims=3`` (D, H, W), or (1 or B, 1, D, H, W). Booleans and integers are converted.
        dims: 2 for slices, which may lie side by side in (B, 1, D, H, W) and share a mask; 3 for volumes encoded along
            all three axes.

    Shapes: ``x`` complex, (B, 1, H, W) or (B, 1, D, H, W); ``y`` is like it.

    Raises:
        ShapeError: the mask is complex or has other dimensions; an image is real, or does not fit the mask.

    Source: Lustig, Donoho, Pauly, "Sparse MRI", Magnetic Resonance in Medicine 58, 2007, for one coil on a grid.
    """

    def __init__(self, mask: Tensor, noise: Noise | None = None, dims: int = 2) -> None:
        super().__init__(noise)
        check_dims(dims)
        self.mask = as_mask(mask, dims)
        self.dims = dims

    def diagonal(self, like: Tensor) -> Diagonal:
        """``diag(mask)`` between the spectrum and the image."""
        require_complex(like, "x", self.dims + 2)
        return Diagonal(Pixels(), CentredFourier(self.dims), lambda: fitting(self.mask, like, "mask"))
