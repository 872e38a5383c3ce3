"""Operators that are diagonal between two unitary bases."""

import torch
from torch import Tensor

from preimage._shapes import check_float, per_image
from preimage.physics.bases import Basis, Fourier, Pixels
from preimage.physics.linear import LinearPhysics
from preimage.physics.structure import Diagonal
from preimage.transform.fourier import narrowed, widened

__all__ = ["SpectralPhysics"]


class SpectralPhysics(LinearPhysics):
    """``A = U diag(s) V^H`` with unitary ``U`` (``left``) and ``V`` (``right``): everything in closed form.

    ``s`` may be complex; its moduli are the singular values. The measurement has the shape of the image.
    """

    @property
    def left(self) -> Basis:
        """``U``."""
        return Pixels()

    @property
    def right(self) -> Basis:
        """``V``."""
        return Pixels()

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """``s`` for images of ``shape`` and (real) ``dtype``, broadcastable over their coefficients.

        Of the rank of the image, or without dimensions for a plain number.
        """
        raise NotImplementedError

    def diagonal(self, like: Tensor) -> Diagonal:
        """``U diag(s) V^H``."""
        return Diagonal(
            self.left, self.right, lambda: self.spectrum(tuple(like.shape), like.real.dtype).to(like.device)
        )

    def A(self, x: Tensor) -> Tensor:
        """``U (s * V^H x)``."""
        check_float(x)
        wide = widened(x)
        coefficients = self.spectrum(tuple(x.shape), wide.real.dtype) * self.right.analysis(wide)
        return narrowed(self.left.synthesis(coefficients, tuple(x.shape)), x)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``V (conj(s) * U^H y)``."""
        check_float(y, "y")
        wide = widened(y)
        coefficients = self.spectrum(tuple(y.shape), wide.real.dtype).conj() * self.left.analysis(wide)
        return narrowed(self.right.synthesis(coefficients, tuple(y.shape)), y)

    def measured(self, y: Tensor) -> Tensor | None:
        """Where ``s`` is not zero, for ``U = I``; every entry where ``U`` is a Fourier transform, which mixes all."""
        if isinstance(self.left, Fourier):
            return None
        if self.left == Pixels():
            return self.spectrum(tuple(y.shape), y.real.dtype).to(y.device) != 0
        return super().measured(y)

    def A_dagger(self, y: Tensor) -> Tensor:
        """``V (U^H y / s)``, with zero where ``|s|`` is under 100 machine epsilons of its largest value."""
        wide = widened(y)
        s = self.spectrum(tuple(y.shape), wide.real.dtype)
        modulus = s.abs()
        largest = modulus.amax(tuple(range(1, s.ndim)), keepdim=True) if s.ndim else modulus
        kept = modulus > 100 * torch.finfo(modulus.dtype).eps * largest
        inverse = torch.where(kept, s.conj() / torch.where(kept, modulus, 1).square(), 0)
        return narrowed(self.right.synthesis(inverse * self.left.analysis(wide), tuple(y.shape)), y)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``V (V^H b / (|s|^2 + rho))``."""
        wide = widened(b)
        gain = 1 / (_power(self.spectrum(tuple(b.shape), wide.real.dtype)) + per_image(rho, wide.real))
        return narrowed(self.right.synthesis(gain * self.right.analysis(wide), tuple(b.shape)), b)

    def solve_regularized(self, y: Tensor, rho: float | Tensor) -> Tensor:
        """``V (conj(s) U^H y / (|s|^2 + rho))``."""
        wide = widened(y)
        s = self.spectrum(tuple(y.shape), wide.real.dtype)
        gain = s.conj() / (s.abs().square() + per_image(rho, wide.real))
        return narrowed(self.right.synthesis(gain * self.left.analysis(wide), tuple(y.shape)), y)

    def norm(self, like: Tensor) -> Tensor:
        """``max |s|``."""
        return self.diagonal(like).norm()


def _power(s: Tensor) -> Tensor:
    """``|s|^2`` without the square root of the modulus."""
    return s.real.square() + s.imag.square() if s.is_complex() else s.square()
