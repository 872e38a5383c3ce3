"""Operators whose ``A^H A`` weighs the pixels and does not mix them."""

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["DiagonalGram"]


class DiagonalGram(LinearPhysics):
    """A linear ``A`` with ``A^H A = diag(w)``, so that least squares is a division by ``w``.

    Such as a mask followed by a unitary transform, several times. A subclass defines :meth:`A`, :meth:`A_adjoint` and
    :meth:`gram`.
    """

    def gram(self, like: Tensor) -> Tensor | None:
        """``w`` >= 0, real, of images like ``like``, which it broadcasts to; ``None`` where ``A`` is not of this form.

        What counts of ``like`` is what counts in :meth:`diagonal`, and whether the answer is ``None`` depends on the
        operator alone.
        """
        raise NotImplementedError

    @override
    def A_dagger(self, y: Measurement) -> Tensor:
        if self.outer_diagonal(y) is not None:
            return super().A_dagger(y)
        back = self.A_adjoint(y)
        weight = self.gram(back)
        if weight is None:
            return super().A_dagger(y)
        weight = weight.broadcast_to((*weight.shape[:1], *back.shape[1:]))
        # Singular values, of which these are squares, count from 100 machine epsilons of the largest on.
        largest = weight.flatten(1).amax(1).reshape(-1, *(1,) * (weight.ndim - 1))
        kept = weight > (100 * torch.finfo(weight.dtype).eps) ** 2 * largest
        return back * torch.where(kept, 1 / torch.where(kept, weight, 1), 0)

    @override
    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        weight = self.gram(b)
        if weight is None:
            return super().solve_shifted(b, rho)
        return b / (weight + per_image(rho, b.real))

    @override
    def norm(self, like: Tensor) -> Tensor:
        weight = self.gram(like)
        return super().norm(like) if weight is None else weight.flatten(1).amax(1).sqrt()
