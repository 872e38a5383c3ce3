"""MRI of what moves, by one coil."""

from collections.abc import Callable

from torch import Tensor
from typing_extensions import override

from preimage.physics.mri.encoding import as_mask, check_dims, fitting, require_complex
from preimage.physics.mri.film import FilmPhysics, filtered_coils, frame_kernel
from preimage.physics.noise import Noise
from preimage.physics.operator.structure import Diagonal
from preimage.transform import CentredFourier, Pixels

__all__ = ["DynamicMRI"]


class DynamicMRI(FilmPhysics):
    r"""``(A x)_t = mask_t * F x_t``: every frame of a film is sampled in its own places.

    ``F`` is that of :class:`MRI`, within each frame. Several coils: :class:`MultiCoilMRI` on films.

    Args:
        mask: which samples are taken of each frame: (T, H, W), or (1 or B, 1, T, H, W); with ``dims=3`` one dimension
            more.
        dims: 2 for frames that are slices, 3 for volumes.

    Shapes: ``x`` complex, (B, 1, T, H, W), or (B, 1, T, D, H, W) with ``dims=3``; ``y`` is like it.

    Raises:
        ShapeError: the mask is complex or has other dimensions; a film is real, or does not fit the mask.

    Source: the definition.
    """

    def __init__(self, mask: Tensor, noise: Noise | None = None, dims: int = 2) -> None:
        super().__init__(noise)
        check_dims(dims)
        self.mask = as_mask(mask, dims, frames=True)
        self.dims = dims

    def diagonal(self, like: Tensor) -> Diagonal:
        """``diag(mask)`` between the spectra and the frames."""
        require_complex(like, "x", self.dims + 3)
        return Diagonal(Pixels(), CentredFourier(self.dims), lambda: fitting(self.mask, like, "mask"))

    @override
    def subspace_map(self, basis: Tensor, like: Tensor) -> Callable[[Tensor], Tensor]:
        kernel = frame_kernel(basis, self.mask[:, 0].to(like.device, like.real.dtype).square())
        return lambda x: filtered_coils(x, kernel, None, None)
