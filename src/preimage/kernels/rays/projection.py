"""Line integrals of images and their adjoint, by the fastest means at hand."""

from functools import partial

from torch import Tensor

from preimage.kernels.rays.projection_loops import project_by_loops
from preimage.kernels.rays.projection_tensors import project_by_tensors, smear_by_tensors
from preimage.kernels.rays.slabs import Slabs
from preimage.kernels.rays.smear_loops import smear_by_loops
from preimage.kernels.recorded import apply_linear

__all__ = ["project", "smear"]


def project(x: Tensor, slabs: Slabs) -> Tensor:
    """What the bins of ``slabs`` measure of planes ``x`` (P, H, W): (P, V, K)."""
    loops, tensors, adjoint = (partial(f, slabs=slabs) for f in (project_by_loops, project_by_tensors, smear))
    return apply_linear(x, loops, tensors, adjoint)


def smear(y: Tensor, slabs: Slabs) -> Tensor:
    """The adjoint of :func:`project`: planes (P, H, W) of sinograms ``y`` (P, V, K)."""
    loops, tensors, adjoint = (partial(f, slabs=slabs) for f in (smear_by_loops, smear_by_tensors, project))
    return apply_linear(y, loops, tensors, adjoint)
