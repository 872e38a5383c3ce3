"""The images on which an object is checked."""

import torch
from torch import Tensor

from preimage._module import Module

__all__ = ["images_of"]


def images_of(shape: tuple[int, ...], value: object, is_complex: bool) -> Tensor:
    """Random images in [0.05, 1]: as many as ``shape`` says, but two or more, so that samples can be told apart.

    Where one image is asked for there are so many that no tensor in ``value`` has as many rows by chance: it would be
    taken for one that holds an entry for each image.
    """
    batch = shape[0]
    if batch == 1:
        taken = {len(tensor) for tensor in value.buffers() if tensor.ndim} if isinstance(value, Module) else set()
        batch = next(count for count in range(2, 100) if count not in taken)
    rng = torch.Generator().manual_seed(2)
    x = 0.05 + 0.95 * torch.rand(batch, *shape[1:], generator=rng)
    return torch.complex(x, torch.rand(x.shape, generator=rng)) if is_complex else x
