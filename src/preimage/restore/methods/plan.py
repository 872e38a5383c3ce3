"""Memory for a restoration: how large the tiles may be."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes
from preimage.models.sparse.groupsc import NonLocalSC
from preimage.models.sparse.similarity import kept_bytes
from preimage.restore.frame.task import DenoiserTask

__all__ = ["DEFAULT_TILE", "bytes_per_pixel", "choose_tile", "expected_bytes", "tile_bytes"]

DEFAULT_TILE = 1024

# Measured: Python with torch and the weights before the first picture (260 MB on Linux), and room for fragments.
_BASE = 320_000_000
# Measured: what two threads of the convolutions hold beside the feature maps.
_WORKSPACE = 160_000_000
# Measured on DRUNet: peak of a call over the bytes of its largest feature map (5.4 to 7.7).
_MAPS = 8
_PROBE = 64
# Side of a square of patches, of which a non-local model needs 2 kB (grey) to 3 kB (colour) each.
_PATCHES = 512


def choose_tile(task: DenoiserTask, shape: torch.Size, denoiser: Denoiser, budget: int | None) -> int:
    """The side of the tiles for a picture (C, H, W) so that the process stays within ``budget`` bytes.

    Without a budget it is 1024, or less where a non-local model looks at every pixel. How far the result depends on
    it, :class:`TiledDenoiser` says.

    Raises:
        ArgumentError: the budget is too small for any tile.
    """
    if budget is None:
        return min(DEFAULT_TILE, _PATCHES * denoiser.stride) if isinstance(denoiser, NonLocalSC) else DEFAULT_TILE
    held, between = (_BASE + size for size in task.footprint(shape[0], shape[1], shape[2]))
    held += _WORKSPACE
    needs, longest = tile_bytes(denoiser), max(task.canvas(shape[1], shape[2]))
    reach = 4 * denoiser.blend if denoiser.receptive_radius is None else 2 * denoiser.receptive_radius
    least = min(reach + 3 * denoiser.stride, longest)
    needed = max(held + needs(least), between)
    if needed > budget:
        raise ArgumentError(
            f"`memory` must be at least {format_bytes(math.ceil(needed / 1e7) * 1e7)} for a picture of "
            f"{shape[2]}x{shape[1]}, got {format_bytes(budget)}; allow more, or crop it."
        )
    return next(side for side in range(longest, least - 1, -1) if held + needs(side) <= budget)


def expected_bytes(task: DenoiserTask, shape: torch.Size, denoiser: Denoiser, tile: int) -> int:
    """The memory of the process for a picture (C, H, W) in tiles of that side."""
    held, between = (_BASE + size for size in task.footprint(shape[0], shape[1], shape[2]))
    side = min(tile, max(task.canvas(shape[1], shape[2])))
    return max(held + _WORKSPACE + tile_bytes(denoiser)(side), between)


def tile_bytes(denoiser: Denoiser) -> Callable[[int], int]:
    """The memory that a call needs, by the side of a tile."""
    if isinstance(denoiser, NonLocalSC):
        return lambda side: _bytes_of_patches(denoiser, side)
    per_pixel = bytes_per_pixel(denoiser)
    return lambda side: side**2 * per_pixel


def _bytes_of_patches(model: NonLocalSC, side: int) -> int:
    """Codes of all patches, their pixels three times; twice what a strip compares; similarities that are kept."""
    entries, atoms = model.dictionary.shape
    rows = -(-(side + model.patch - 1) // model.patch_stride) + 1
    wide = min(rows, model.search.window // model.patch_stride + 7)  # a strip of eight patches and their windows
    compared = atoms + (1 + model.n_steps // model.search.refresh) * (entries + 2)
    return 4 * (rows**2 * (atoms + 3 * entries) + 2 * rows * wide * compared) + kept_bytes(rows**2, wide**2)


@torch.inference_mode()
def bytes_per_pixel(denoiser: Denoiser) -> int:
    """Memory that one call needs for a pixel, from the largest feature map of a call on a small picture."""
    largest = 0

    def look(module: nn.Module, inputs: Any, output: Any) -> None:
        nonlocal largest
        if isinstance(output, Tensor):
            largest = max(largest, output.numel() * output.element_size())

    parameter = next(denoiser.parameters(), torch.zeros(()))
    hooks = [module.register_forward_hook(look) for module in denoiser.modules()]
    try:
        channels = 1 if denoiser.channels is None else denoiser.channels
        level = max(denoiser.sigma_range[0], min(0.1, denoiser.sigma_range[1]))
        denoiser(torch.zeros(1, channels, _PROBE, _PROBE, device=parameter.device), level)
    finally:
        for hook in hooks:
            hook.remove()
    return _MAPS * largest // _PROBE**2
