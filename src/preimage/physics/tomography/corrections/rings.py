"""Rings: bins that measure too much or too little in all views."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._shapes import check_image
from preimage.errors import ArgumentError

__all__ = ["suppress_rings"]


def suppress_rings(y: Tensor, width: int = 9) -> Tensor:
    """``y`` without the stripes along the views that become rings in the image.

    The values of each bin are sorted, so that what neighbouring bins measure of an object becomes alike whatever its
    shape; each sorted value is replaced by the median of those in ``width`` bins beside each other, and put back to its
    view. What is left of a stripe is about what the object changes over half of its width, so that weaker stripes stay,
    as do those wider than half of ``width``. Gradients flow to the values that are medians.

    Args:
        y: line integrals (B, C, V, K), or (B, C, V, M, K), whose rows are corrected each on its own.
        width: bins, an odd number of at least 3, larger than twice the widest stripe.

    Raises:
        ArgumentError: ``width`` is even or too small, or not smaller than the number of bins.
        ShapeError: ``y`` has another shape.

    Source: Vo, Atwood & Drakopoulos, "Superior techniques for eliminating ring artifacts in X-ray micro-tomography",
    Optics Express 26, 2018, algorithm 3.
    """
    check_image(y, "y")
    check_count("width", width, "take an odd number of bins, such as 9", 3)
    if width % 2 == 0 or width > y.shape[-1]:
        raise ArgumentError(
            f"`width` must be odd and at most the {y.shape[-1]} bins, got {width}; take a number such as 9."
        )
    if not y.numel():
        return y
    ordered, order = y.sort(dim=2)
    half = width // 2
    # Beyond the detector, its bins are mirrored.
    place = torch.arange(-half, y.shape[-1] + half, device=y.device).abs()
    place = torch.where(place < y.shape[-1], place, 2 * (y.shape[-1] - 1) - place)
    medians = [rows[..., place].unfold(-1, width, 1).median(-1).values for rows in ordered.split(_VIEWS, 2)]
    return torch.empty_like(y).scatter(2, order, torch.cat(medians, 2))


_VIEWS = 64  # at a time, which bounds the memory
