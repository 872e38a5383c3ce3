"""Linear forward models, and those made of them: products, sums, multiples, adjoints."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement, add, leaves, scale, tree_map
from preimage.errors import CapabilityError
from preimage.physics.noise import Noise, NoNoise
from preimage.physics.operator.structure import Diagonal
from preimage.physics.operator.structured import Structured

__all__ = ["Adjoint", "LinearPhysics", "Product", "Scaled", "Sum"]


class LinearPhysics(Structured):
    """A linear ``A`` with its adjoint.

    A subclass defines :meth:`A` and :meth:`A_adjoint`, or :meth:`diagonal` alone. What it tells of its structure there
    and in :meth:`outer_diagonal` gives the other methods their closed forms; they iterate where it is ``None``.
    ``A_adjoint`` is exact, ``<A x, y> = <x, A_adjoint y>``, whatever the border or decimation.

    Operators combine: ``A @ B`` (A after B), ``A + B``, ``2 * A``, ``A.H``, :func:`preimage.physics.stack`; closed
    forms survive where the factors are diagonal in bases that fit. The noise of a combination is that of its outermost
    (first) operand; the others' is dropped.
    """

    def weighted_gram(self, x: Tensor, weights: Measurement) -> Tensor:
        """``A^H (weights * A x)`` with real weights like the measurement."""
        return self.A_adjoint(tree_map(torch.mul, weights, self.A(x)))

    @property
    def H(self) -> "LinearPhysics":
        """The adjoint as an operator, without noise; that of an adjoint is the operator itself."""
        return Adjoint(_quiet(self))

    def __matmul__(self, other: "LinearPhysics") -> "Product":
        _require_linear(other)
        return Product(_quiet(self), _quiet(other), self.noise)

    def __add__(self, other: "LinearPhysics") -> "Sum":
        _require_linear(other)
        return Sum(_quiet(self), _quiet(other), self.noise)

    def __mul__(self, factor: complex) -> "Scaled":
        if not isinstance(factor, (int, float, complex)):
            raise CapabilityError(
                f"`factor` must be a number, got {type(factor).__name__}; use @ to combine operators."
            )
        return Scaled(_quiet(self), factor, self.noise)

    __rmul__ = __mul__


class Product(LinearPhysics):
    """``A = outer inner``, made by ``outer @ inner``.

    Args:
        outer: the operator that is applied last.
        inner: the operator that is applied first.
    """

    def __init__(self, outer: LinearPhysics, inner: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.outer = outer
        self.inner = inner

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The product of those of the factors, where their bases fit."""
        outer = self.outer.diagonal(like)
        inner = None if outer is None else self.inner.diagonal(like)
        return None if outer is None or inner is None else inner.then(outer)

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """``inner^H (outer^H outer) inner`` with the map of the outer operator."""
        outer = self.outer.normal_map(self.inner.A(like))
        return lambda x: self.inner.A_adjoint(outer(self.inner.A(x)))

    def A(self, x: Tensor) -> Measurement:
        """``outer(inner x)``."""
        form = self._form(x)
        return self.outer.A(self.inner.A(x)) if form is None else form.A(x)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``inner^H outer^H y``."""
        form = self._form(y)
        return self.inner.A_adjoint(self.outer.A_adjoint(y)) if form is None else form.A_adjoint(y)


class Sum(LinearPhysics):
    """``A = first + second``, made by ``+``.

    Args:
        first, second: the terms, which take the same images and give measurements of one shape.
    """

    def __init__(self, first: LinearPhysics, second: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.first = first
        self.second = second

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The sum of those of the terms, where their bases are the same."""
        first, second = self.first.diagonal(like), self.second.diagonal(like)
        return None if first is None or second is None else first.plus(second)

    def A(self, x: Tensor) -> Measurement:
        """``first x + second x``."""
        form = self._form(x)
        return add(self.first.A(x), self.second.A(x)) if form is None else form.A(x)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``first^H y + second^H y``."""
        form = self._form(y)
        return self.first.A_adjoint(y) + self.second.A_adjoint(y) if form is None else form.A_adjoint(y)


class Scaled(LinearPhysics):
    """``A = factor * operator``, made by ``*``; every closed form of the operator survives.

    Args:
        operator: a linear operator.
        factor: a real or complex number.
    """

    def __init__(self, operator: LinearPhysics, factor: complex, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator
        self.factor = factor

    @property
    def kind(self) -> str:
        """That of the operator."""
        return self.operator.kind

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The multiple of that of the operator."""
        form = self.operator.diagonal(like)
        return None if form is None else form.times(self.factor)

    def outer_diagonal(self, like: Tensor) -> Diagonal | None:
        """``|factor|^2`` times that of the operator."""
        outer = self.operator.outer_diagonal(like)
        return None if outer is None else outer.times(abs(self.factor) ** 2)

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """``|factor|^2`` times that of the operator."""
        normal, power = self.operator.normal_map(like), abs(self.factor) ** 2
        return lambda x: power * normal(x)

    def A(self, x: Tensor) -> Measurement:
        """``factor * operator x``."""
        return scale(self.factor, self.operator.A(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``conj(factor) * operator^H y``."""
        return self.factor.conjugate() * self._by_parts(self.operator.A_adjoint, y)

    def A_dagger(self, y: Measurement) -> Tensor:
        """``operator^+ y / factor``; zero where the factor is."""
        return self._by_parts(self.operator.A_dagger, y) * (1 / self.factor if self.factor else 0)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(operator^H operator + rho / |factor|^2)^-1 b / |factor|^2``."""
        power = abs(self.factor) ** 2
        if not power:
            return b / per_image(rho, b.real)
        return self._by_parts(lambda part: self.operator.solve_shifted(part, rho / power), b) / power

    def solve_regularized(self, y: Measurement, rho: float | Tensor) -> Tensor:
        """``(operator^H operator + rho / |factor|^2)^-1 operator^H y / factor``."""
        if not self.factor:
            return self.A_adjoint(y)
        shift = rho / abs(self.factor) ** 2
        return self._by_parts(lambda part: self.operator.solve_regularized(part, shift), y) / self.factor

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


class Adjoint(LinearPhysics):
    """``A = operator^H``, made by ``operator.H``.

    Args:
        operator: a linear operator.
    """

    def __init__(self, operator: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.operator = operator

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """The adjoint of that of the operator."""
        form = self.operator.diagonal(like)
        return None if form is None else form.adjoint()

    def A(self, x: Tensor) -> Measurement:
        """``operator^H x``."""
        return self.operator.A_adjoint(x)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``operator y``."""
        return self.operator.A(y)

    @property
    def H(self) -> LinearPhysics:
        """The operator whose adjoint this is."""
        return self.operator


def _imaginary(y: Tensor) -> Tensor:
    return y.imag if y.is_complex() else torch.zeros_like(y)


def _quiet(operator: LinearPhysics) -> LinearPhysics:
    """``operator`` without noise."""
    if operator.noise.is_absent:
        return operator
    quiet = operator.with_noise(NoNoise())
    assert isinstance(quiet, LinearPhysics)  # as the operator is
    return quiet


def _require_linear(operand: object) -> None:
    if not isinstance(operand, LinearPhysics):
        raise CapabilityError(
            f"operands must be LinearPhysics, got {type(operand).__name__}; only linear operators combine."
        )
