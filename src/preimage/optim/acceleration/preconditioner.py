"""Usual choices of the change of variables in :class:`Preconditioned`."""

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_level
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.physics import Diagonal, LinearPhysics
from preimage.transform import Pixels

__all__ = ["PixelScaling", "SpectralPreconditioner", "diagonal_preconditioner"]


def diagonal_preconditioner(physics: LinearPhysics, like: Tensor, floor: float = 1e-3) -> Tensor:
    r"""``d^(-1/2)``, real and of the shape of ``like``, with ``d`` the diagonal of ``A^H A`` or a bound for all of it.

    Where ``A^H A`` is diagonal (a mask, in whatever basis it is measured), ``d`` is that diagonal. Otherwise it is
    ``A^H A 1``, for operators without negative entries (blur, projections): then ``diag(d) - A^H A`` is positive
    semi-definite, so that the preconditioned operator has norm one at most.

    Args:
        physics: ``A``.
        like: an image, (B, C, ...), of which only the shape, the precision and the device count.
        floor: entries of ``d`` under ``floor`` times the largest of the image are raised to that, > 0.

    Raises:
        ArgumentError: the floor is not positive, or an entry of ``A^H A 1`` is negative.

    Source: Jacobi's preconditioner; the bound: Gershgorin's theorem, as in SIRT.
    """
    check_level("floor", floor, "give a small number")
    form = physics.diagonal(like)
    if form is not None and form.right == Pixels():
        diagonal = form.s.abs().square().expand(like.shape)
    else:
        diagonal = physics.A_adjoint(physics.A(torch.ones_like(like.real)))
        if diagonal.is_complex() or bool((diagonal < 0).any()):
            raise ArgumentError(
                f"`physics` must have no negative entries, got a {type(physics).__name__} with some; give a diagonal "
                "of your own."
            )
    largest = diagonal.amax(tuple(range(1, diagonal.ndim)), keepdim=True)
    return diagonal.maximum(floor * largest.where(largest > 0, 1)).rsqrt()


class PixelScaling(LinearPhysics):
    """``S = diag(scale)``.

    Args:
        scale: > 0, broadcastable to the image; dimensions may be missing on the left.
    """

    def __init__(self, scale: Tensor) -> None:
        super().__init__()
        self.scale = scale

    @override
    def diagonal(self, like: Tensor) -> Diagonal:
        scale, shape = self.scale.to(like.device, like.real.dtype), tuple(like.shape)
        ends = zip(reversed(scale.shape), reversed(shape), strict=False)
        if scale.ndim > like.ndim or any(m not in (1, n) for m, n in ends):
            raise ShapeError(
                f"`preconditioner` must broadcast to the image {shape}, got {tuple(scale.shape)}; give one factor for "
                "each pixel, or for each channel as (C, 1, 1)."
            )
        return Diagonal(Pixels(), Pixels(), lambda: scale.reshape((1,) * (like.ndim - scale.ndim) + tuple(scale.shape)))


class SpectralPreconditioner(LinearPhysics):
    r"""``S = (A^H A + mu I)^(-1/2) = V diag((|s|^2 + mu)^(-1/2)) V^H`` for ``A = U diag(s) V^H``.

    For a blur that is not periodic, the periodic one with the same kernel is a good ``A``.

    Args:
        physics: ``A``, diagonal between two bases.
        mu: > 0, what the prior adds to the Hessian ``A^H A``, in these units; the smaller, the further ``S`` amplifies
            what ``A`` hardly passes.

    Raises:
        ArgumentError: ``mu`` is not positive.
        CapabilityError: when it is applied, ``A`` is not diagonal.

    Source: the definition.
    """

    def __init__(self, physics: LinearPhysics, mu: float = 1e-2) -> None:
        super().__init__()
        check_level("mu", mu, "give the weight of the prior")
        self.physics = physics
        self.mu = mu

    def diagonal(self, like: Tensor) -> Diagonal:
        """``(|s|^2 + mu)^(-1/2)`` in the basis ``V``."""
        form = self.physics.diagonal(like)
        if form is None:
            raise CapabilityError(
                f"`physics` must be diagonal between two bases, got {type(self.physics).__name__}; take a periodic "
                "blur with the same kernel."
            )
        return Diagonal(form.right, form.right, lambda: (form.s.abs().square() + self.mu).rsqrt())
