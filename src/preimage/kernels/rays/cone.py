"""Integrals of volumes along a cone of rays and their adjoint, by the fastest means at hand."""

from functools import partial

from torch import Tensor

from preimage.kernels.rays.cone_loops import project_cone_by_loops, smear_cone_by_loops
from preimage.kernels.rays.cone_slabs import ConeSlabs
from preimage.kernels.rays.cone_tensors import project_cone_by_tensors, smear_cone_by_tensors
from preimage.kernels.recorded import apply_linear

__all__ = ["project_cone", "smear_cone"]


def project_cone(x: Tensor, cone: ConeSlabs) -> Tensor:
    """What the cells measure of volumes ``x`` (P, D, H, W): (P, V, M, K)."""
    ways = (project_cone_by_loops, project_cone_by_tensors, smear_cone)
    loops, tensors, adjoint = (partial(f, cone=cone) for f in ways)
    return apply_linear(x, loops, tensors, adjoint)


def smear_cone(y: Tensor, cone: ConeSlabs) -> Tensor:
    """The adjoint of :func:`project_cone`: volumes (P, D, H, W) of ``y`` (P, V, M, K)."""
    ways = (smear_cone_by_loops, smear_cone_by_tensors, project_cone)
    loops, tensors, adjoint = (partial(f, cone=cone) for f in ways)
    return apply_linear(y, loops, tensors, adjoint)
