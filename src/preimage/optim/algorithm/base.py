"""What every algorithm is: an ``init`` and a ``step``."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._fields import fields_of
from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.functional import Smooth
from preimage.optim.algorithm.ranges import check_fields
from preimage.optim.schedule import Schedule, resolve
from preimage.solve import relative_change

__all__ = [
    "Algorithm",
    "GradientAlgorithm",
    "MemorylessAlgorithm",
    "PointAlgorithm",
    "State",
    "known_lipschitz",
    "require",
    "require_terms",
    "step_from_lipschitz",
    "with_step_size",
]


class _Stepped(Protocol):
    """An algorithm with a step size."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def step_size(self) -> float | Tensor | Schedule | None: ...


A = TypeVar("A", bound=_Stepped)


@dataclass(frozen=True)
class State:
    """The state of an algorithm that goes on from its estimate alone.

    Attributes:
        x: the estimate, (B, ...).
        k: how many steps were done.
    """

    x: Tensor
    k: int = 0


@dataclass(frozen=True)
class Algorithm:
    """A way to minimise ``f(x) + g(x)``, with a data term ``f`` and a prior ``g``: one :meth:`step` on a state.

    The state is a frozen dataclass of tensors, batch first, with the estimate as ``x`` and the step counter as ``k``.
    Fields are numbers, tensors with one value per sample, or schedules: step sizes > 0 and relaxations in (0, 2).

    Raises:
        ArgumentError: a step size or a relaxation is out of its range.
    """

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_fields(fields_of(self))

    def prepare(self, f: Any, g: Any, x: Tensor) -> Self:
        """A copy with everything filled in that follows from ``f`` and ``g`` on images like ``x``.

        Raises:
            CapabilityError: ``f`` or ``g`` lacks what the algorithm needs.
        """
        raise NotImplementedError

    def init(self, x: Tensor) -> Any:
        """The state that starts from ``x``."""
        raise NotImplementedError

    def step(self, f: Any, g: Any, state: Any) -> Any:
        """The state that follows ``state``."""
        raise NotImplementedError

    def residual(self, old: Any, new: Any) -> Tensor:
        """The measure of convergence of each sample, (B,): the relative change of the estimate."""
        return relative_change(old, new)

    @property
    def is_stationary(self) -> bool:
        """Whether all steps are the same map from state to state, whatever their number.

        Not where a field is a :class:`Schedule`, where momentum grows, or where terms take turns or are drawn.
        """
        return not any(isinstance(value, Schedule) for value in fields_of(self).values())

    def step_size_at(self, state: Any) -> Tensor | None:
        """The step size of each sample in the step that led to ``state``, (B,) or (1,); ``None`` where it has none.

        Of one that differs between pixels, the mean.
        """
        size = fields_of(self).get("step_size")
        if size is None:
            return None
        size = torch.as_tensor(resolve(size, max(state.k - 1, 0))).detach()
        return size.flatten(1).mean(1) if size.ndim > 1 else size.reshape(-1)


@dataclass(frozen=True)
class PointAlgorithm(Algorithm):
    """An :class:`Algorithm` whose step starts from one point, the estimate or an extrapolation of it."""

    def point(self, state: Any) -> Tensor:
        """Where the next step starts from."""
        return state.x


@dataclass(frozen=True)
class MemorylessAlgorithm(PointAlgorithm):
    """A :class:`PointAlgorithm` that starts from the estimate and keeps nothing else: momentum can move it."""

    def init(self, x: Tensor) -> Any:
        """The state that starts from ``x``, a :class:`State`."""
        return State(x)

    def moved(self, state: Any, x: Tensor) -> Any:
        """``state`` with the estimate ``x``."""
        return dataclasses.replace(state, x=x)


@dataclass(frozen=True)
class GradientAlgorithm(PointAlgorithm):
    """A :class:`PointAlgorithm` that takes a step of length ``step_size`` against a gradient there, then maybe a prox.

    Where the smooth part is convex, the step may be as long as ``1 / L`` with ``L`` the Lipschitz constant of its
    gradient, or as backtracking finds.
    """

    step_size: float | Tensor | Schedule | None = None

    def split(self, f: Any, g: Any) -> tuple[tuple[Smooth, ...], Any]:
        """The terms whose gradient is taken, and what takes the place of ``g`` where ``f`` stands for their sum."""
        return (f,), g


def require(functional: object, capability: type, name: str, algorithm: Algorithm) -> None:
    """Check that ``functional`` (the ``name`` of the problem) has a capability."""
    if not isinstance(functional, capability):
        raise CapabilityError(
            f"the {name} must be {capability.__name__} for {type(algorithm).__name__}, got "
            f"{type(functional).__name__}; choose another {name} or another algorithm."
        )


def require_terms(algorithm: Algorithm, fidelity: tuple[object, type], prior: tuple[object, type]) -> None:
    """Check that ``f`` and ``g``, each given with the capability it needs, have it."""
    require(*fidelity, "fidelity", algorithm)
    require(*prior, "prior", algorithm)


def with_step_size(algorithm: A, x: Tensor, *functionals: object) -> A:
    """``algorithm`` with the step of :func:`step_from_lipschitz` unless its ``step_size`` is given."""
    if algorithm.step_size is not None:
        return algorithm
    return dataclasses.replace(algorithm, step_size=step_from_lipschitz(x, algorithm, *functionals))


def step_from_lipschitz(x: Tensor, algorithm: object, *functionals: object) -> Tensor:
    """``1 / sum L`` for images like ``x``, shaped to broadcast over them; one where the sum is zero."""
    total = x.real.new_zeros(1)
    for functional in functionals:
        total = total + known_lipschitz(functional, x, algorithm).to(total)
    return per_image(total.where(total > 0, 1).reciprocal(), x.real).flatten()


def known_lipschitz(functional: object, x: Tensor, algorithm: object) -> Tensor:
    """The Lipschitz constant of the gradient of ``functional`` on images like ``x``, (B,) or (1,).

    Raises:
        CapabilityError: none is known.
    """
    constant = functional.lipschitz(x) if isinstance(functional, Smooth) else None
    if constant is None:
        raise CapabilityError(
            f"`step_size` of {type(algorithm).__name__} must be given where a Lipschitz constant is unknown, got a "
            f"{type(functional).__name__}; give step_size=..."
        )
    return constant
