"""Overlapping square patches of an image, and their exact adjoint."""

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError

__all__ = ["assemble_patches", "extract_patches", "patch_counts"]


def extract_patches(x: Tensor, size: int, stride: int = 1) -> Tensor:
    """The square patches of ``x`` as vectors, (B, n, C size^2), channel by channel and row by row inside a patch.

    Patches lie inside the image, in row-major order, at every ``stride``-th row and column; where that leaves pixels
    uncovered at the far border, one more row or column of patches lies flush with it: every pixel is in a patch.

    Shapes: ``x`` (B, C, H, W) with H, W >= ``size``.

    Raises:
        ShapeError: an image smaller than a patch, or not two-dimensional.
        ArgumentError: ``size`` or ``stride`` is not in ``1 <= stride <= size``.
    """
    check_image(x, spatial=(2,))
    rows, columns = (_spans(length, size, stride) for length in x.shape[-2:])
    # Views of the image: nothing is copied before the patches are laid out.
    bands = [x[..., r, :].unfold(2, size, stride) for r in rows]
    band = bands[0] if len(bands) == 1 else torch.cat(bands, 2)
    blocks = [band[..., c, :].unfold(3, size, stride) for c in columns]
    grid = blocks[0] if len(blocks) == 1 else torch.cat(blocks, 3)
    return grid.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)


def assemble_patches(patches: Tensor, shape: tuple[int, ...], size: int, stride: int = 1) -> Tensor:
    """The adjoint of :func:`extract_patches`: add every patch in its place.

    Dividing by :func:`patch_counts` averages the patches, which inverts :func:`extract_patches`.

    Args:
        patches: as :func:`extract_patches` gives them.
        shape: (B, C, H, W) of the image that results.
        size: height and width of the patches.
        stride: pixels from one patch to the next.

    Raises:
        ShapeError: there are not as many patches as an image of that shape has.
    """
    height, width = shape[-2:]
    rows, columns = (_spans(length, size, stride) for length in (height, width))
    tall, wide = ([(s.stop - s.start - size) // stride + 1 for s in spans] for spans in (rows, columns))
    if patches.shape[-2] != sum(tall) * sum(wide):
        raise ShapeError(
            f"`patches` must be the {sum(tall) * sum(wide)} of an image of {height}x{width}, got {patches.shape[-2]}; "
            "extract them with the same size and stride."
        )
    grid = patches.mT.unflatten(-1, (sum(tall), sum(wide)))
    parts = []
    for r, band in zip(rows, grid.split(tall, -2), strict=True):
        for c, block in zip(columns, band.split(wide, -1), strict=True):
            part = F.fold(block.flatten(2), (r.stop - r.start, c.stop - c.start), size, stride=stride)
            parts.append(F.pad(part, (c.start, width - c.stop, r.start, height - r.stop)))
    return parts[0] if len(parts) == 1 else torch.stack(parts).sum(0)


def patch_counts(x: Tensor, size: int, stride: int = 1) -> Tensor:
    """In how many patches each pixel of images like ``x`` is, (1, 1, H, W): ``size^2`` inside, one at a corner.

    Args:
        x: an image (B, C, H, W), of which only the size, the precision and the device count.
        size: height and width of the patches.
        stride: pixels from one patch to the next.
    """
    one = x.real.new_ones(1, 1, *x.shape[-2:])
    return assemble_patches(extract_patches(one, size, stride), tuple(one.shape), size, stride)


def _spans(length: int, size: int, stride: int) -> list[slice]:
    """What the regular grid covers of ``length`` pixels and, where that is not all, the last ``size`` of them."""
    if not 1 <= stride <= size:
        raise ArgumentError(f"`stride` must be in 1..size, got {stride} for size {size}; take a shorter stride.")
    if length < size:
        raise ShapeError(f"`x` must be at least {size} pixels high and wide, got {length}; use smaller patches.")
    covered = (length - size) // stride * stride + size
    return [slice(0, covered)] if covered == length else [slice(0, covered), slice(length - size, length)]
