"""The cosine spectra of overlapping patches, by the fastest means at hand."""

from torch import Tensor

from preimage.kernels.patch_spectra_loops import spectra_by_loops
from preimage.kernels.patch_spectra_tensors import PatchSpectra, spectra_by_tensors
from preimage.machine.compiler import can_compile

__all__ = ["patch_spectra"]


def patch_spectra(image: Tensor, tall: int, wide: int, stride: int) -> PatchSpectra:
    """Spectra of the patches of ``tall`` x ``wide`` pixels at every ``stride``-th row and column, row by row.

    Args:
        image: (C, H, W), not smaller than a patch.
        tall: rows of a patch.
        wide: columns of a patch.
        stride: distance of neighbouring patches.
    """
    return (spectra_by_loops if can_compile(image) else spectra_by_tensors)(image, tall, wide, stride)
