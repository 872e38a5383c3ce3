"""Functionals of ``x = S u`` as functionals of ``u``, with the capabilities that survive."""

from typing import Any

from torch import Tensor

from preimage._module import Module
from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.fidelity import Likelihood, likelihood
from preimage.functional import Separable, Smooth, Valued, Zero
from preimage.physics import LinearPhysics
from preimage.transform import Pixels


class ChangeOfVariables(Module):
    """``u -> functional(S u)``."""

    def __init__(self, functional: Any, operator: LinearPhysics) -> None:
        super().__init__()
        self.functional = functional
        self.operator = operator

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return self.functional(self.operator.A(x))


class Composed(ChangeOfVariables, Smooth):
    """The same for a smooth functional."""

    def grad(self, x: Tensor) -> Tensor:
        """``S^H grad functional(S u)``."""
        return self.operator.A_adjoint(self.functional.grad(self.operator.A(x)))

    def lipschitz(self, x: Tensor) -> Tensor | None:
        """``||S||^2 L``, where ``L`` is known."""
        constant = self.functional.lipschitz(self.operator.A(x))
        return None if constant is None else self.operator.norm(x) ** 2 * constant


class SeparableComposed(ChangeOfVariables, Separable, Valued):
    """The same for a separable functional and ``S = diag(s)`` with ``s > 0``."""

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``prox of functional with step s^2 t at s u, divided by s``."""
        form = self.operator.diagonal(x)
        assert form is not None  # is_pixelwise
        s = form.s
        return self.functional.prox(s * x, per_image(step, x.real) * s**2) / s


class SmoothSeparableComposed(Composed, SeparableComposed):
    """Both smooth and separable."""


def is_pixelwise(operator: LinearPhysics, like: Tensor) -> bool:
    """Whether ``operator`` multiplies each pixel of images like ``like`` by a positive number."""
    form = operator.diagonal(like)
    if form is None or form.left != Pixels() or form.right != Pixels():
        return False
    return not form.s.is_complex() and bool((form.s > 0).all())


def compose_data_term(f: Any, operator: LinearPhysics, like: Tensor) -> Any:
    """``f(S u)``; for the likelihood of a linear physics ``A`` that of ``A S``, with all it can do."""
    if isinstance(f, Likelihood) and isinstance(f.physics, LinearPhysics):
        return likelihood(f.physics @ operator, f.y)
    return compose_prior(f, operator, like)


def compose_prior(g: Any, operator: LinearPhysics, like: Tensor) -> Module:
    """``g(S u)`` for images like ``like``.

    Raises:
        CapabilityError: nothing is left to minimise it by.
    """
    if isinstance(g, Zero):
        return g
    separable = isinstance(g, Separable) and is_pixelwise(operator, like)
    if isinstance(g, Smooth):
        return (SmoothSeparableComposed if separable else Composed)(g, operator)  # pyright: ignore
    if separable:
        return SeparableComposed(g, operator)  # pyright: ignore
    raise CapabilityError(
        f"a functional must be Smooth, or Separable under a diagonal preconditioner, got {type(g).__name__} under "
        f"{type(operator).__name__}; precondition another problem."
    )
