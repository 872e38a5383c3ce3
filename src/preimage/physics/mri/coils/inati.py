"""Sensitivities from images of the coils, with a phase that is smooth."""

import torch
from torch import Tensor

from preimage.kernels.pointwise.norm import channel_norm
from preimage.physics.mri.coils.walsh import local_mean, require_coil_images

__all__ = ["inati"]


def inati(images: Tensor, size: int = 5, steps: int = 5) -> Tensor:
    r"""Sensitivities and image in turn, of unit norm in every pixel.

    With the coils ``z`` of ``images`` and an image ``m``, a step takes ``s = mean over a window of conj(m) z``, scaled
    to unit norm over the coils, then ``m = sum_c conj(s_c) z_c``, whose phase is taken off that of the sensitivities as
    seen by their mean over all pixels. Phases do not jump, as those of eigenvectors may.

    Args:
        images: one for each coil, (B, coils, H, W) or (B, coils, D, H, W), complex.
        size: side of the window in pixels, odd.
        steps: how many, >= 1; five are usual.

    Shapes: like ``images``.

    Raises:
        ShapeError: the images are real or have other dimensions.
        ArgumentError: the window is even or not positive.

    Source: Inati, Hansen, Kellman, "A solution to the phase problem in adaptive coil combination", ISMRM 2013.
    """
    require_coil_images(images)
    space = tuple(range(2, images.ndim))
    mean = _unit(images.sum(space, keepdim=True))
    image = (mean.conj() * images).sum(1, keepdim=True)
    maps = images
    for _ in range(steps):
        maps = _unit(local_mean(image.conj() * images, size))
        image = (maps.conj() * images).sum(1, keepdim=True)
        mean = _unit((maps * image).sum(space, keepdim=True))
        turn = _phase((mean.conj() * maps).sum(1, keepdim=True))
        image, maps = image * turn, maps * turn.conj()
    return maps


def _unit(maps: Tensor) -> Tensor:
    """``maps`` of unit norm over the coils, zero where they are."""
    size = channel_norm(maps)
    return torch.where(size > 0, maps / size.clamp_min(torch.finfo(size.dtype).tiny), 0)


def _phase(z: Tensor) -> Tensor:
    modulus = z.abs()
    return torch.where(modulus > 0, z / modulus.clamp_min(torch.finfo(modulus.dtype).tiny), 1)
