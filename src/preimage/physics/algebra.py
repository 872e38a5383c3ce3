"""Operators made of operators: products, sums, multiples, adjoints.

Where the factors are diagonal between bases that fit (``A.right == B.left`` in ``A @ B``), so is the result, and its
closed forms survive. The noise of a combination is that of its outermost (first) operand; the others' is dropped.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement, add, leaves, scale, tree_map
from preimage.errors import CapabilityError
from preimage.physics.bases import Basis
from preimage.physics.linear import LinearPhysics
from preimage.physics.noise import Noise, NoNoise
from preimage.physics.spectral import SpectralPhysics
from preimage.physics.stack import with_noise
from preimage.physics.structure import Diagonal

__all__ = ["Adjoint", "Product", "Scaled", "Sum", "adjoint", "compose", "scaled", "total"]


class Product(LinearPhysics):
    """``A = outer inner``."""

    def __init__(self, outer: LinearPhysics, inner: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.outer = outer
        self.inner = inner

    def A(self, x: Tensor) -> Measurement:
        """``outer(inner x)``."""
        return self.outer.A(self.inner.A(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``inner^H outer^H y``."""
        return self.inner.A_adjoint(self.outer.A_adjoint(y))

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The product of those of the factors, where their bases fit."""
        outer = self.outer.diagonal(like)
        inner = None if outer is None else self.inner.diagonal(like)
        return None if outer is None or inner is None else inner.then(outer)


class SpectralProduct(SpectralPhysics):
    """``A = outer inner`` where ``outer.right == inner.left``."""

    def __init__(self, outer: SpectralPhysics, inner: SpectralPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.outer = outer
        self.inner = inner

    @property
    def left(self) -> Basis:
        """That of the outer factor."""
        return self.outer.left

    @property
    def right(self) -> Basis:
        """That of the inner factor."""
        return self.inner.right

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """The product of the spectra."""
        return self.outer.spectrum(shape, dtype) * self.inner.spectrum(shape, dtype)


class Sum(LinearPhysics):
    """``A = first + second``."""

    def __init__(self, first: LinearPhysics, second: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.first = first
        self.second = second

    def A(self, x: Tensor) -> Measurement:
        """``first x + second x``."""
        return add(self.first.A(x), self.second.A(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``first^H y + second^H y``."""
        return self.first.A_adjoint(y) + self.second.A_adjoint(y)

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The sum of those of the terms, where their bases are the same."""
        first, second = self.first.diagonal(like), self.second.diagonal(like)
        return None if first is None or second is None else first.plus(second)


class SpectralSum(SpectralPhysics):
    """``A = first + second`` between the same two bases."""

    def __init__(self, first: SpectralPhysics, second: SpectralPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.first = first
        self.second = second

    @property
    def left(self) -> Basis:
        """That of both terms."""
        return self.first.left

    @property
    def right(self) -> Basis:
        """That of both terms."""
        return self.first.right

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """The sum of the spectra."""
        return self.first.spectrum(shape, dtype) + self.second.spectrum(shape, dtype)


class Scaled(LinearPhysics):
    """``A = factor * operator`` with a real or complex number."""

    def __init__(self, operator: LinearPhysics, factor: complex, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator
        self.factor = factor

    def A(self, x: Tensor) -> Measurement:
        """``factor * operator x``."""
        return scale(self.factor, self.operator.A(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``conj(factor) * operator^H y``."""
        return self.factor.conjugate() * self._by_parts(self.operator.A_adjoint, y)

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The multiple of that of the operator."""
        form = self.operator.diagonal(like)
        return None if form is None else form.times(self.factor)

    def A_dagger(self, y: Measurement) -> Tensor:
        """``operator^+ y / factor``; zero where the factor is."""
        return self._by_parts(self.operator.A_dagger, y) * (1 / self.factor if self.factor else 0)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(operator^H operator + rho / |factor|^2)^-1 b / |factor|^2``."""
        power = abs(self.factor) ** 2
        if not power:
            return scale(1 / torch.as_tensor(rho, dtype=b.real.dtype, device=b.device), b)
        return self._by_parts(lambda part: self.operator.solve_shifted(part, rho / power), b) / power

    def norm(self, like: Tensor) -> Tensor:
        """``|factor| * ||operator||``."""
        return abs(self.factor) * self.operator.norm(like)

    def _by_parts(self, function: Callable[[Measurement], Tensor], y: Measurement) -> Tensor:
        """``function(y)``, of real and imaginary part apart where a complex factor has made the data complex.

        The operator itself may take real images only.
        """
        if self.factor.imag == 0 or not any(leaf.is_complex() for leaf in leaves(y)):
            return function(y)
        real, imaginary = (tree_map(part, y) for part in (torch.real, _imaginary))
        return function(real) + 1j * function(imaginary)


def _imaginary(y: Tensor) -> Tensor:
    return y.imag if y.is_complex() else torch.zeros_like(y)


class SpectralScaled(SpectralPhysics):
    """``A = factor * operator`` in the bases of the operator."""

    def __init__(self, operator: SpectralPhysics, factor: complex, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator
        self.factor = factor

    @property
    def left(self) -> Basis:
        """That of the operator."""
        return self.operator.left

    @property
    def right(self) -> Basis:
        """That of the operator."""
        return self.operator.right

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """``factor * s``."""
        return self.factor * self.operator.spectrum(shape, dtype)


class Adjoint(LinearPhysics):
    """``A = operator^H``."""

    def __init__(self, operator: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator

    def A(self, x: Tensor) -> Measurement:
        """``operator^H x``."""
        return self.operator.A_adjoint(x)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``operator y``."""
        return self.operator.A(y)

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The adjoint of that of the operator."""
        form = self.operator.diagonal(like)
        return None if form is None else form.adjoint()


class SpectralAdjoint(SpectralPhysics):
    """``A = V diag(conj(s)) U^H`` for ``operator = U diag(s) V^H``."""

    def __init__(self, operator: SpectralPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator

    @property
    def left(self) -> Basis:
        """The operator's right basis."""
        return self.operator.right

    @property
    def right(self) -> Basis:
        """The operator's left basis."""
        return self.operator.left

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """``conj(s)``."""
        return self.operator.spectrum(shape, dtype).conj()


def compose(outer: LinearPhysics, inner: LinearPhysics) -> LinearPhysics:
    """``outer @ inner``."""
    _require_linear(outer, inner)
    noise, outer, inner = outer.noise, _quiet(outer), _quiet(inner)
    if isinstance(outer, SpectralPhysics) and isinstance(inner, SpectralPhysics) and outer.right == inner.left:
        return SpectralProduct(outer, inner, noise)
    return Product(outer, inner, noise)


def total(first: LinearPhysics, second: LinearPhysics) -> LinearPhysics:
    """``first + second``."""
    _require_linear(first, second)
    noise, first, second = first.noise, _quiet(first), _quiet(second)
    if (
        isinstance(first, SpectralPhysics)
        and isinstance(second, SpectralPhysics)
        and (first.left, first.right) == (second.left, second.right)
    ):
        return SpectralSum(first, second, noise)
    return Sum(first, second, noise)


def scaled(operator: LinearPhysics, factor: complex) -> LinearPhysics:
    """``factor * operator``."""
    if not isinstance(factor, (int, float, complex)):
        raise CapabilityError(f"`factor` must be a number, got {type(factor).__name__}; use @ to combine operators.")
    noise, operator = operator.noise, _quiet(operator)
    if isinstance(operator, SpectralPhysics) and factor.imag == 0:  # half spectra of real images take real factors only
        return SpectralScaled(operator, factor, noise)
    return Scaled(operator, factor, noise)


def adjoint(operator: LinearPhysics) -> LinearPhysics:
    """``operator.H``; without noise, and the operator itself for the adjoint of an adjoint."""
    operator = _quiet(operator)
    if isinstance(operator, (Adjoint, SpectralAdjoint)):
        return operator.operator
    return SpectralAdjoint(operator) if isinstance(operator, SpectralPhysics) else Adjoint(operator)


def _quiet(operator: LinearPhysics) -> LinearPhysics:
    if isinstance(operator.noise, NoNoise):
        return operator
    quiet = with_noise(operator, NoNoise())
    assert isinstance(quiet, LinearPhysics)  # as the operator is
    return quiet


def _require_linear(*operators: object) -> None:
    for operator in operators:
        if not isinstance(operator, LinearPhysics):
            raise CapabilityError(
                f"operands must be LinearPhysics, got {type(operator).__name__}; only linear operators combine."
            )
