"""MRI of what stands still, in several shots."""

import torch
from torch import Tensor

from preimage._seen import weighted_seen
from preimage._shapes import per_image
from preimage.errors import ShapeError
from preimage.physics.mri.encoding import as_mask, check_dims, fitting, require_complex
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform import CentredFourier

__all__ = ["SequentialMRI"]


class SequentialMRI(LinearPhysics):
    r"""``(A x)_t = mask_t * F x``: one image, measured in ``T`` shots that may take the same samples again.

    ``F`` is that of :class:`MRI`. ``A^H A`` multiplies the spectrum by ``w = sum_t mask_t^2``, so that pseudo-inverse,
    regularised solves and norm are closed forms.

    Args:
        mask: which samples are taken in each shot: (T, H, W), or (1 or B, 1, T, H, W); with ``dims=3`` one dimension
            more.
        dims: 2 for slices, 3 for volumes.

    Shapes: ``x`` complex, (B, 1, H, W), or (B, 1, D, H, W) with ``dims=3``; ``y`` (B, 1, T, ...).

    Raises:
        ShapeError: the mask is complex or has other dimensions; an image is real, or does not fit the mask.

    Source: the definition.
    """

    def __init__(self, mask: Tensor, noise: Noise | None = None, dims: int = 2) -> None:
        super().__init__(noise)
        check_dims(dims)
        self.mask = as_mask(mask, dims, frames=True)
        self.dims = dims

    def A(self, x: Tensor) -> Tensor:
        """``mask_t * F x``."""
        require_complex(x, "x", self.dims + 2)
        spectrum = CentredFourier(self.dims).analysis(x)
        return self._mask_of(x) * spectrum.unsqueeze(2)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``F^H sum_t mask_t * y_t``."""
        return self._image(self._gathered(y))

    def seen(self, y: Tensor) -> Tensor:
        """Where the masks are not zero."""
        return self.mask != 0

    def A_dagger(self, y: Tensor) -> Tensor:
        """``F^H (sum_t mask_t * y_t / w)``, zero where no shot takes a sample."""
        total = self._gathered(y)
        power = self._power(total)
        return self._image(torch.where(power > 0, total / torch.where(power > 0, power, 1), 0))

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``F^H (F b / (w + rho))``."""
        require_complex(b, "b", self.dims + 2)
        return CentredFourier(self.dims).filter(b, 1 / (self._power(b) + per_image(rho, b.real)))

    def solve_regularized(self, y: Tensor, rho: float | Tensor) -> Tensor:
        """``F^H (sum_t mask_t * y_t / (w + rho))``."""
        total = self._gathered(y)
        return self._image(total / (self._power(total) + per_image(rho, total.real)))

    def norm(self, like: Tensor) -> Tensor:
        """``max sqrt(w)``."""
        return self._power(like).flatten(1).amax(1).sqrt()

    def _mask_of(self, x: Tensor) -> Tensor:
        """The masks, (1 or B, 1, T, ...), after a look at whether they fit the images ``x``."""
        fitting(self.mask[:, :, 0], x, "mask")
        return self.mask.to(x.device, x.real.dtype)

    def _power(self, x: Tensor) -> Tensor:
        """``w`` for images or spectra like ``x``."""
        return self._mask_of(x).square().sum(2)

    def _gathered(self, y: Tensor) -> Tensor:
        """``sum_t mask_t * y_t``."""
        require_complex(y, "y", self.dims + 3)
        shots = self.mask.shape[2]
        if y.shape[2] != shots:
            raise ShapeError(f"`y` must have the {shots} shots of the mask, got {tuple(y.shape)}; give (B, 1, T, ...).")
        return weighted_seen(self._mask_of(y[:, :, 0]), y).sum(2)

    def _image(self, spectrum: Tensor) -> Tensor:
        return CentredFourier(self.dims).synthesis(spectrum, tuple(spectrum.shape))
