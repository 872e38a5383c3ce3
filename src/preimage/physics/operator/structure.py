"""What is known of the structure of a linear operator, as a value."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._seen import weighted_seen
from preimage._shapes import check_float, per_image
from preimage._tree import squared_modulus
from preimage.kernels.pointwise.in_place import product_over
from preimage.transform import Basis, Fourier, Pixels
from preimage.transform.fourier import narrowed, widened

__all__ = ["Diagonal"]


@dataclass(frozen=True)
class Diagonal:
    """``U diag(s) V^H`` with unitary bases ``U`` and ``V``, on images of one size: everything in closed form.

    ``s`` may be complex; its moduli are the singular values. The measurement has the shape of the image. Where two
    operators meet, their bases tell whether they combine to a :class:`Diagonal`, before any ``s`` is computed.

    Attributes:
        left: ``U``.
        right: ``V``.
        spectrum: computes ``s``, which broadcasts over the coefficients of an image: a tensor of its rank, or without
            dimensions for a plain number.
    """

    left: Basis
    right: Basis
    spectrum: Callable[[], Tensor]

    @property
    def s(self) -> Tensor:
        """The spectrum, computed every time it is asked for."""
        return self.spectrum()

    def then(self, outer: "Diagonal") -> "Diagonal | None":
        """The product ``outer self``, or ``None`` where the bases between them differ."""
        if outer.right != self.left:
            return None
        return Diagonal(outer.left, self.right, lambda: outer.s * self.s)

    def plus(self, other: "Diagonal") -> "Diagonal | None":
        """The sum, or ``None`` where the bases differ."""
        if (self.left, self.right) != (other.left, other.right):
            return None
        return Diagonal(self.left, self.right, lambda: self.s + other.s)

    def times(self, factor: complex) -> "Diagonal | None":
        """The multiple by ``factor``, or ``None`` for a complex one between half spectra, which are of real images."""
        if factor.imag and any(isinstance(basis, Fourier) and basis.real for basis in (self.left, self.right)):
            return None
        return Diagonal(self.left, self.right, lambda: factor * self.s)

    def adjoint(self) -> "Diagonal":
        """``V diag(conj(s)) U^H``."""
        return Diagonal(self.right, self.left, lambda: self.s.conj())

    def outer(self) -> "Diagonal":
        """``U diag(|s|^2) U^H``, that of ``A A^H``."""
        return Diagonal(self.left, self.left, lambda: squared_modulus(self.s))

    def A(self, x: Tensor) -> Tensor:
        """``U (s * V^H x)``."""
        check_float(x)
        wide = widened(x)
        return narrowed(self.left.synthesis(product_over(self.right.analysis(wide), self.s, wide), tuple(x.shape)), x)

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``V (conj(s) * U^H y)``."""
        check_float(y, "y")
        wide = widened(y)
        return narrowed(self.right.synthesis(self._weighted(self.s.conj(), wide), tuple(y.shape)), y)

    def A_dagger(self, y: Tensor) -> Tensor:
        """``V (U^H y / s)``, with zero where ``|s|`` is under 100 machine epsilons of its largest value."""
        s = self.s
        modulus = s.abs()
        largest = modulus.amax(tuple(range(1, modulus.ndim)), keepdim=True) if modulus.ndim else modulus
        kept = modulus > 100 * torch.finfo(modulus.dtype).eps * largest
        inverse = torch.where(kept, s.conj() / torch.where(kept, modulus, 1).square(), 0)
        return narrowed(self.right.synthesis(self._weighted(inverse, widened(y)), tuple(y.shape)), y)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``V (V^H b / (|s|^2 + rho))``."""
        wide = widened(b)
        gain = 1 / (squared_modulus(self.s) + per_image(rho, wide.real))
        return narrowed(self.right.synthesis(product_over(self.right.analysis(wide), gain, wide), tuple(b.shape)), b)

    def solve_regularized(self, y: Tensor, rho: float | Tensor) -> Tensor:
        """``V (conj(s) U^H y / (|s|^2 + rho))``."""
        wide = widened(y)
        s = self.s
        gain = s.conj() / (s.abs().square() + per_image(rho, wide.real))
        return narrowed(self.right.synthesis(self._weighted(gain, wide), tuple(y.shape)), y)

    def _weighted(self, gain: Tensor, y: Tensor) -> Tensor:
        """``gain * U^H y``; entries of ``y`` that are not measured may be NaN."""
        return weighted_seen(gain, y) if self.left == Pixels() else product_over(self.left.analysis(y), gain, y)

    def solve(self, b: Tensor, shift: float | Tensor) -> Tensor:
        """``U (U^H b / (s + shift))`` for ``U = V``: the solution ``x`` of ``self x + shift x = b``."""
        wide = widened(b)
        gain = 1 / (self.s + per_image(shift, wide.real))
        return narrowed(self.left.filter(wide, gain), b)

    def norm(self) -> Tensor:
        """``max |s|`` of each sample, (B,), or (1,) where all agree."""
        modulus = self.s.abs()
        return modulus.flatten(1).amax(1) if modulus.ndim else modulus.reshape(1)
