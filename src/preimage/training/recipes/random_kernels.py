"""Random blurs to train on: of lenses, of shaking cameras, and out of focus."""

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.physics.blur import GaussianBlurGenerator, MotionBlurGenerator
from preimage.physics.blur.camera import move_to_block

__all__ = ["disks", "random_kernels"]

_ROOM = {1: 0, 2: 1, 3: 1, 4: 2}  # pixels by which a kernel grows when it is moved to the middle of a block


def random_kernels(count: int, size: int, factor: int, rng: torch.Generator) -> Tensor:
    """Kernels that a picture may have been blurred by before it was made ``factor`` times smaller.

    Half of them are Gaussians of two widths, from 0.3 pixels to 1 + 0.8 ``factor``, three in ten motion, one in ten a
    defocus of a radius up to 2 + ``factor`` / 2, and one in ten nearly none. Three quarters of those for a ``factor``
    above one are moved to the middle of a block of pixels, where cameras have them, the others are centred on the
    first pixel.

    Args:
        count: how many.
        size: their odd height and width.
        factor: 1, 2, 3 or 4.
        rng: the generator of all random numbers.

    Returns:
        A tensor (count, 1, size, size); every kernel sums to one.
    """
    inner = size - 2 * _ROOM[factor]
    kind, moved = torch.rand(2, count, generator=rng)
    gaussian = GaussianBlurGenerator(inner, (0.3, 1 + 0.8 * factor)).draw_batch(count, rng)["kernel"]
    motion = MotionBlurGenerator(inner).draw_batch(count, rng)["kernel"]
    radii = 0.7 + (1.3 + factor / 2) * torch.rand(count, generator=rng)
    slight = GaussianBlurGenerator(inner, (0.1, 0.4)).draw_batch(count, rng)["kernel"]
    found = torch.where(_shaped(kind < 0.5), gaussian, motion.to(gaussian))
    found = torch.where(_shaped(kind > 0.8), disks(radii, inner), found)
    found = torch.where(_shaped(kind > 0.9), slight, found)
    if factor == 1:
        return found
    room = _ROOM[factor]
    centred = F.pad(found, (room, room, room, room))
    middle = torch.stack([move_to_block(kernel[0], factor)[None] for kernel in found])
    return torch.where(_shaped(moved < 0.75), middle, centred)


def disks(radii: Tensor, size: int) -> Tensor:
    """The defocus of a round aperture, with an edge a pixel wide, (B, 1, size, size), for ``radii`` (B,) in pixels."""
    at = torch.arange(size, dtype=radii.dtype) - size // 2
    distance = (at[:, None] ** 2 + at**2).sqrt()
    disk = (radii[:, None, None] + 0.5 - distance).clamp(0, 1)
    return (disk / disk.sum((1, 2), keepdim=True))[:, None]


def _shaped(flags: Tensor) -> Tensor:
    return flags[:, None, None, None]
