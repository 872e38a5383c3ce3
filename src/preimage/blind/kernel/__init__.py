"""The kernel of a blur: of motion, of a lens out of focus, or Gaussian."""

from preimage.blind.kernel.estimate import KernelEstimate, estimate_kernel
from preimage.blind.kernel.sharpened import DOUBT

__all__ = ["DOUBT", "KernelEstimate", "estimate_kernel"]
