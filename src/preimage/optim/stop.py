"""When to stop: what is measured after each step, and the tolerance it is held to."""

from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._tree import scale
from preimage.errors import CapabilityError
from preimage.fidelity import Likelihood, LinearLikelihood
from preimage.functional import Conjugable, Valued

__all__ = ["Discrepancy", "DualityGap", "ObjectiveChange", "StoppingRule", "objective"]

T = TypeVar("T")


@dataclass(frozen=True)
class StoppingRule:
    """A sample stops when :meth:`measure` is at most ``tol``.

    Args:
        tol: the largest value of the measure at which a sample has converged, >= 0.

    Raises:
        ArgumentError: a number is out of its range.
    """

    tol: float

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_level("tol", self.tol, "1e-6 is usual", zero=True)

    def measure(self, f: Any, g: Any, old: Any, new: Any) -> Tensor:
        """How far each sample is from done after the step from state ``old`` to ``new``, (B,)."""
        raise NotImplementedError


@dataclass(frozen=True)
class ObjectiveChange(StoppingRule):
    """``|F(x_new) - F(x_old)| / |F(x_new)| <= tol`` for ``F = f + g``: costs two evaluations a step.

    Args:
        tol: the largest relative change of the objective in a step, >= 0.

    Raises:
        CapabilityError: the prior has no value (a plug-and-play denoiser).
    """

    tol: float = 1e-6

    def measure(self, f: Any, g: Any, old: Any, new: Any) -> Tensor:
        """The relative change of the objective."""
        before, after = objective(f, g, old.x), objective(f, g, new.x)
        change = (after - before).abs() / after.abs().where(after != 0, 1)
        return _infeasible_is_far(torch.where(after == before, 0, change), before, after)


@dataclass(frozen=True)
class Discrepancy(StoppingRule):
    r"""Stop when the data are explained as well as their noise allows: ``mean |A x - y|^2 / sigma^2 <= 1 + tol``.

    For methods that would go on to fit the noise: no prior, or too little of it. For other than Gaussian noise the
    mean is that of the deviance (:meth:`preimage.fidelity.Likelihood.discrepancy`).

    Args:
        tol: by how much the mean may exceed one, >= 0.

    Source: Morozov 1966.
    """

    tol: float = 0.0

    def measure(self, f: Any, g: Any, old: Any, new: Any) -> Tensor:
        """How much the mean exceeds one."""
        return (_require(f, Likelihood, "fidelity").discrepancy(new.x) - 1).clamp_min(0)


@dataclass(frozen=True)
class DualityGap(StoppingRule):
    r"""``(P(x) - D(u)) / |P(x)| <= tol``: a bound on the distance from the minimum, which no other rule gives.

    For ``P(x) = h(A x) + g(x)`` and ``D(u) = -h*(u) - g*(-A^H u)`` with ``u = s grad h(A x)``, ``s <= 1`` the largest
    number for which ``g*`` is finite. The prior must have a conjugate (:class:`preimage.functional.Conjugable`).

    Args:
        tol: the largest gap, relative to the objective, >= 0.

    Source: Boyd & Vandenberghe 2004, chapter 5; the scaled dual point: Kim et al. 2007.
    """

    tol: float = 1e-6

    def measure(self, f: Any, g: Any, old: Any, new: Any) -> Tensor:
        """The relative gap; huge where one of the points is infeasible."""
        data, prior = _require(f, LinearLikelihood, "fidelity"), _require(g, Conjugable, "prior")
        u = data.outer_grad(data.linear(new.x))
        z = -data.linear_adjoint(u)
        s = prior.into_domain(z)
        primal = objective(f, g, new.x)
        gap = primal + data.outer_conjugate(scale(s, u)) + prior.conjugate(scale(s, z))
        return _infeasible_is_far((gap / primal.abs().where(primal != 0, 1)).clamp_min(0), primal, gap)


def objective(f: Any, g: Any, x: Tensor) -> Tensor:
    """``f(x) + g(x)``, (B,).

    Raises:
        CapabilityError: the prior has no value.
    """
    if not isinstance(g, Valued):
        raise CapabilityError(
            f"the prior must have a value for an objective, got {type(g).__name__}; use another rule."
        )
    return f(x) + g(x)


def _infeasible_is_far(measured: Tensor, *values: Tensor) -> Tensor:
    """``measured``, the largest number where a value is infinite: an estimate outside a constraint has not diverged."""
    infinite = torch.stack([value.isinf() for value in values]).any(0)
    return torch.where(infinite, torch.finfo(measured.dtype).max, measured)


def _require(functional: object, capability: type[T], name: str) -> T:
    if not isinstance(functional, capability):
        raise CapabilityError(
            f"the {name} must be {capability.__name__} for this stopping rule, got {type(functional).__name__}; "
            "give a number as `tol`."
        )
    return functional
