"""The kernel of a blur: of motion, of a lens out of focus, or Gaussian."""

from preimage.blind.kernel.estimate import KernelEstimate, estimate_kernel

__all__ = ["KernelEstimate", "estimate_kernel"]
