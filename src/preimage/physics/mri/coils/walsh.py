"""Sensitivities from images of the coils, pixel by pixel."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, avg_pool3d

from preimage.errors import ArgumentError, ShapeError

__all__ = ["local_mean", "require_coil_images", "walsh"]


def walsh(images: Tensor, size: int = 5) -> Tensor:
    r"""Sensitivities as the dominant eigenvectors of local covariances, of unit norm in every pixel.

    ``R(r) = mean over a window around r of z z^H`` with the coils ``z`` of ``images``. Phases are relative to the
    principal component of all coils, so that the maps are smooth where it is not zero.

    Args:
        images: one for each coil, (B, coils, H, W) or (B, coils, D, H, W), complex: the inverse Fourier transform of
            fully sampled k-space, or of its centre.
        size: side of the window in pixels, odd.

    Shapes: like ``images``. Memory grows with the square of the number of coils.

    Raises:
        ShapeError: the images are real or have other dimensions.
        ArgumentError: the window is even or not positive.

    Source: Walsh, Gmitro, Marcellin, "Adaptive reconstruction of phased array MR imagery", Magnetic Resonance in
    Medicine 43, 2000.
    """
    require_coil_images(images)
    pairs = local_mean((images.unsqueeze(2) * images.conj().unsqueeze(1)).flatten(1, 2), size)
    coils = images.shape[1]
    covariance = pairs.unflatten(1, (coils, coils)).movedim((1, 2), (-2, -1))
    maps = torch.linalg.eigh(covariance).eigenvectors[..., -1].movedim(-1, 1)
    return aligned(maps, images)


def aligned(maps: Tensor, data: Tensor) -> Tensor:
    """``maps`` turned so that the principal component of the coils of ``data`` is real and positive in every pixel."""
    flat = data.flatten(2)
    principal = (
        torch.linalg.eigh(flat @ flat.mH).eigenvectors[..., -1].reshape(*maps.shape[:2], *(1,) * (maps.ndim - 2))
    )
    reference = (principal.conj() * maps).sum(1, keepdim=True)
    modulus = reference.abs()
    return maps * torch.where(modulus > 0, reference.conj() / modulus.clamp_min(torch.finfo(modulus.dtype).tiny), 1)


def local_mean(x: Tensor, size: int) -> Tensor:
    """The mean of complex ``x`` over windows of the side ``size`` that end at the border."""
    if size < 1 or size % 2 == 0:
        raise ArgumentError(f"`size` must be odd and positive, got {size}; 5 is usual.")
    pool = avg_pool2d if x.ndim == 4 else avg_pool3d
    real, imaginary = (pool(part, size, 1, size // 2, count_include_pad=False) for part in (x.real, x.imag))
    return torch.complex(real, imaginary)


def require_coil_images(images: Tensor) -> None:
    """Require complex images of several coils."""
    if not images.is_complex() or images.ndim not in (4, 5):
        raise ShapeError(
            f"`images` must be complex, (B, coils, H, W) or (B, coils, D, H, W), got {images.dtype} "
            f"{tuple(images.shape)}; give one image for each coil."
        )
