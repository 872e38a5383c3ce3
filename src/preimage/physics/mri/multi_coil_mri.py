"""MRI by several coils at once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage.physics.mri.alias_groups import alias_gram, least_squares, pattern_periods, shifted, unfold
from preimage.physics.mri.encoding import as_maps, as_mask, check_dims, fitting, from_kspace, require_complex, to_kspace
from preimage.physics.mri.film import FilmPhysics, filtered_coils, frame_kernel
from preimage.physics.noise import Noise

__all__ = ["MultiCoilMRI"]


class MultiCoilMRI(FilmPhysics):
    r"""``(A x)_c = mask * F (maps_c * x)``: coils that each see the image through their own sensitivity.

    ``F`` is that of :class:`MRI`. Where the mask repeats along every axis with at most 16 samples to a cell (uniform
    undersampling, shifted or not), pixels that fall on each other form small systems, and pseudo-inverse (SENSE),
    regularised solves and norm are closed forms; else they iterate.

    Args:
        mask: which samples are taken, as in :class:`MRI`; in films (B, 1, T, H, W) also one for each frame.
        maps: complex sensitivities, (coils, H, W) or (1 or B, coils, H, W); with ``dims=3`` one dimension more.
        dims: 2 for slices, 3 for volumes.

    Shapes: ``x`` complex, (B, 1, H, W), or (B, 1, D, H, W) with ``dims=3``; ``y`` (B, coils, ...). Images may have
    frames (or slices) before the dimensions that are encoded, (B, 1, T, H, W), which share the maps.

    Raises:
        ShapeError: the mask is complex, the maps are real, or one of them has other dimensions; an image is real, or
            does not fit.

    Source: Pruessmann, Weiger, Scheidegger, Boesiger, "SENSE", Magnetic Resonance in Medicine 42, 1999.
    """

    def __init__(self, mask: Tensor, maps: Tensor, noise: Noise | None = None, dims: int = 2) -> None:
        super().__init__(noise)
        check_dims(dims)
        self.mask = as_mask(mask if mask.ndim != dims + 1 else mask[None, None], dims)
        self.maps = as_maps(maps, dims)
        self._conjugate_maps = self.maps.conj().resolve_conj()  # kept: to conjugate takes as long as to multiply
        self.dims = dims

    @override
    def derive(self) -> Mapping[str, Any]:
        return {"_conjugate_maps": self.maps.conj().resolve_conj()}

    def A(self, x: Tensor) -> Tensor:
        """``mask * F (maps * x)``."""
        require_complex(x, "x", self.dims + 2)
        return to_kspace(x, fitting(self.mask, x, "mask"), fitting(self.maps, x, "maps"), self.dims)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``sum_c conj(maps_c) * F^H (mask * y_c)``."""
        require_complex(y, "y", self.dims + 2)
        return from_kspace(y, fitting(self.mask, y, "mask"), fitting(self._conjugate_maps, y, "maps"), self.dims)

    def seen(self, y: Tensor) -> Tensor:
        """Where the mask is not zero."""
        return fitting(self.mask, y, "mask") != 0

    def A_dagger(self, y: Tensor) -> Tensor:
        """The least-squares solution of minimum norm, in closed form for periodic masks."""
        periods = self._periods
        if periods is None:
            return super().A_dagger(y)
        b = self.A_adjoint(y)
        return least_squares(self._gram(b, periods), b, periods)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho)^-1 b``, in closed form for periodic masks."""
        periods = self._periods
        if periods is None:
            return super().solve_shifted(b, rho)
        require_complex(b, "b", self.dims + 2)
        return shifted(self._gram(b, periods), b, rho, periods)

    def norm(self, like: Tensor) -> Tensor:
        """The largest singular value, in closed form for periodic masks."""
        periods = self._periods
        if periods is None:
            return super().norm(like)
        gram = self._gram(like, periods)
        return torch.linalg.eigvalsh(gram)[..., -1].flatten(1).amax(1).clamp_min(0).sqrt()

    @override
    def subspace_map(self, basis: Tensor, like: Tensor) -> Callable[[Tensor], Tensor]:
        if self.mask.ndim != self.dims + 3:  # all frames share it
            return super().subspace_map(basis, like)
        kernel = frame_kernel(basis, self.mask[:, 0].to(like.device, like.real.dtype).square())
        maps = (field.to(like.device, like.dtype) for field in (self.maps, self._conjugate_maps))
        return partial(filtered_coils, kernel=kernel, maps=next(maps), conjugate_maps=next(maps))

    def noise_variances(self, like: Tensor) -> Tensor | None:
        """``[(A^H A)^+]_nn [A^H A]_nn`` at each pixel of images like ``like``; ``None`` for masks without a period."""
        periods = self._periods
        if periods is None:
            return None
        gram = self._gram(like, periods)
        inverse = torch.linalg.pinv(gram, hermitian=True, rtol=100 * torch.finfo(gram.real.dtype).eps)
        product = (torch.diagonal(inverse, dim1=-2, dim2=-1) * torch.diagonal(gram, dim1=-2, dim2=-1)).real
        return unfold(product.clamp_min(0).unsqueeze(1), periods, tuple(like.shape[-self.dims :]))

    @property
    def _periods(self) -> tuple[int, ...] | None:
        return pattern_periods(self.mask.detach(), self.dims)

    def _gram(self, like: Tensor, periods: tuple[int, ...]) -> Tensor:
        power = fitting(self.mask, like, "mask").square()
        return alias_gram(power, fitting(self.maps, like, "maps"), periods)
