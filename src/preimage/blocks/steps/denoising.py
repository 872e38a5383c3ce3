"""Denoisers with a finite receptive field, block by block."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.blocks.grid import Halo
from preimage.blocks.stage import BlockResult, Surroundings
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.files.stacks.stored import Box

__all__ = ["DenoiseStep", "halo_of"]


def halo_of(denoiser: Denoiser) -> int:
    """How far around a block ``denoiser`` must see for the block to be as in the whole: a multiple of its stride.

    Raises:
        CapabilityError: its receptive field is not known to be finite.
    """
    radius, stride = denoiser.traits.receptive_radius, denoiser.traits.stride
    if radius is None:
        raise CapabilityError(
            f"`denoiser` must have a finite receptive field for blocks, got {type(denoiser).__name__}, whose traits "
            "tell none; take a network of convolutions."
        )
    return -(-radius // stride) * stride


@dataclass(frozen=True)
class DenoiseStep:
    """``D(x, sigma)`` on a block and what surrounds it, of which the block is kept.

    Reads an array (Y, X) or (Z, Y, X) for each channel of the denoiser, and writes as many. Where the denoiser is for
    images, a volume is denoised plane by plane.

    Attributes:
        denoiser: with a finite receptive field.
        sigma: the noise level.
        axes: those that the denoiser mixes: 2 for images, 3 for volumes.
    """

    denoiser: Denoiser
    sigma: float
    axes: int

    def halo(self, axes: int) -> Halo:
        """What the step reads around a block of ``axes`` axes."""
        width = halo_of(self.denoiser)
        widths = (0,) * (axes - self.axes) + (width,) * self.axes
        return Halo(widths, widths)

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Denoise what surrounds a block and keep the block."""
        channels = [torch.from_numpy(each.values.astype(np.float32, copy=False)) for each in inputs]
        shape = channels[0].shape
        batch = torch.stack(channels).reshape(len(inputs), -1, *shape[len(shape) - self.axes :]).transpose(0, 1)
        found = torch.cat([self._one(image[None]) for image in batch]).transpose(0, 1).reshape(-1, *shape)
        return BlockResult(tuple(each.core(x.numpy(), box) for each, x in zip(inputs, found, strict=True)))

    def _one(self, image: Tensor) -> Tensor:
        return self.denoiser(image, self.sigma)

    def needs(self, block: tuple[int, ...]) -> float:
        """Bytes for a block of this size: the denoiser's own, by the square or cube of as many values, and 20 each."""
        width = 2 * halo_of(self.denoiser)
        seen = math.prod(size + width for size in block[len(block) - self.axes :])
        values = math.prod(block[: len(block) - self.axes]) * seen
        return self.denoiser.footprint()(math.ceil(seen ** (1 / self.axes))) + 20 * values
