"""Bilinear splatting: points leave their weight on the pixels around them."""

import torch
from torch import Tensor

from preimage.kernels.splat_loops import splat_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["splat"]


def splat(points: Tensor, shape: tuple[int, int], origin: tuple[int, int] = (0, 0)) -> Tensor:
    """Images (B, H, W) of ``points`` (B, N, 2), each of which shares a weight of one between four pixels, bilinearly.

    What falls outside of the image is lost.

    Args:
        points: real, (B, N, 2): row and column relative to ``origin``.
        shape: ``(H, W)``.
        origin: the row and column of the pixel whose centre is the point (0, 0).
    """
    if can_compile(points):
        return splat_in_loops(points, shape, origin)
    height, width = shape
    points = points + points.new_tensor(origin)
    side = width + 4  # two pixels of margin take what falls outside
    corner = points.floor()
    down, right = (points - corner).unbind(-1)
    row, column = corner[..., 0].nan_to_num(-2).clamp(-2, height), corner[..., 1].nan_to_num(-2).clamp(-2, width)
    first = torch.arange(len(points), device=points.device)[:, None] * ((height + 4) * side)
    cell = (first + (row.long() + 2) * side + column.long() + 2).flatten()
    image = points.new_zeros(len(points) * (height + 4) * side + side + 2)
    for i, from_row in enumerate((1 - down, down)):
        for j, from_column in enumerate((1 - right, right)):
            image.index_add_(0, cell + (i * side + j), (from_row * from_column).flatten())
    return image[: len(points) * (height + 4) * side].reshape(-1, height + 4, side)[:, 2:-2, 2:-2].contiguous()
