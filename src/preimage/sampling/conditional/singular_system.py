"""A measurement in the basis in which each number of it tells of one number of the image."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._seen import keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.errors import CapabilityError
from preimage.physics import LinearPhysics, Physics

__all__ = ["SingularSystem", "singular_system"]


@dataclass(frozen=True)
class SingularSystem:
    """``A = U diag(s) V^H`` and a measurement: coefficients ``V^H x0``, each measured with noise of its own, or not.

    Attributes:
        measured: ``U^H y / s``, the coefficients of the image that the measurement tells; zero where there is none.
        level: the standard deviation of their noise, real.
        kept: which coefficients are measured: where ``s`` is not zero.
        analysis: ``V^H`` of images, right where ``kept``.
        synthesis: ``V`` of coefficients that are zero where not ``kept``.
    """

    measured: Tensor
    level: Tensor
    kept: Tensor
    analysis: Callable[[Tensor], Tensor]
    synthesis: Callable[[Tensor], Tensor]

    def add(self, x: Tensor, change: Tensor) -> Tensor:
        """``x`` with ``change`` added to those of its coefficients that are measured."""
        return x + self.synthesis(torch.where(self.kept, change, 0))


def singular_system(physics: Physics, y: Measurement, like: Tensor) -> SingularSystem:
    """The system of ``physics`` on images like ``like`` with the measurement ``y``.

    Raises:
        CapabilityError: the physics is not linear or not diagonal in known bases, or its noise is not white and
            Gaussian.
    """
    level = physics.noise.gaussian_sigma
    if isinstance(physics, LinearPhysics) and level is not None and isinstance(y, Tensor):
        seen = keep_seen(y, physics.seen(y))
        noise = per_image(level, y.real)
        found = _by_both(physics, seen, noise, like) or _by_outer(physics, seen, noise)
        if found is not None:
            return found
    raise CapabilityError(
        "`physics` must be linear with a known diagonal or outer_diagonal and white Gaussian noise, got "
        f"{type(physics).__name__} with {type(physics.noise).__name__}; take DiffPIR."
    )


def _by_both(physics: LinearPhysics, y: Tensor, noise: Tensor, like: Tensor) -> SingularSystem | None:
    form = physics.diagonal(like)
    if form is None:
        return None
    s, shape = form.s, tuple(like.shape)
    kept, inverse = _inverse(s.abs())
    measured = torch.where(kept, s.conj() * inverse.square() * form.left.analysis(y), 0)
    return SingularSystem(
        measured, noise * inverse, kept, form.right.analysis, lambda c: form.right.synthesis(c, shape)
    )


def _by_outer(physics: LinearPhysics, y: Tensor, noise: Tensor) -> SingularSystem | None:
    form = physics.outer_diagonal(y)
    if form is None:
        return None
    shape = tuple(y.shape)
    kept, inverse = _inverse(form.s.clamp_min(0).sqrt())

    def analysis(x: Tensor) -> Tensor:
        return inverse * form.left.analysis(physics.A(x))

    def synthesis(coefficients: Tensor) -> Tensor:
        return physics.A_adjoint(form.left.synthesis(inverse * coefficients, shape))

    return SingularSystem(inverse * form.left.analysis(y), noise * inverse, kept, analysis, synthesis)


def _inverse(s: Tensor) -> tuple[Tensor, Tensor]:
    """Where ``s`` counts as other than zero, and ``1 / s`` there; zero elsewhere."""
    largest = s.amax(tuple(range(1, s.ndim)), keepdim=True) if s.ndim else s
    kept = s > 100 * torch.finfo(s.dtype).eps * largest
    return kept, torch.where(kept, 1 / torch.where(kept, s, 1), 0)
