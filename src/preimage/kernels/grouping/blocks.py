"""Groups of similar blocks, and collaborative filtering of them, by the fastest means at hand."""

from torch import Tensor

from preimage.kernels.grouping.blocks_loops import filter_by_loops, match_by_loops
from preimage.kernels.grouping.blocks_tensors import BlockSearch, Filter, Groups, filter_by_tensors, match_by_tensors
from preimage.machine.compiler import can_compile

__all__ = ["filter_groups", "match_blocks"]


def match_blocks(guide: Tensor, search: BlockSearch) -> Groups:
    """For blocks on a grid the most similar ones around them.

    Args:
        guide: (H, W), not smaller than a block.
        search: the grid, and what is similar.
    """
    return (match_by_loops if can_compile(guide) else match_by_tensors)(guide, search)


def filter_groups(image: Tensor, pilot: Tensor | None, groups: Groups, how: Filter) -> Tensor:
    """The weighted mean of the filtered blocks at each pixel, (C, H, W).

    Args:
        image: (C, H, W), noisy.
        pilot: an estimate of it, for Wiener's filter; hard thresholding without.
        groups: what belongs together.
        how: the transform and the threshold.
    """
    return (filter_by_loops if can_compile(image) else filter_by_tensors)(image, pilot, groups, how)
