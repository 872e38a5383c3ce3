"""The leading eigenvector of a Hermitian operator."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.solve.iterate import Solution, iterate

__all__ = ["leading_eigenvector"]


@dataclass(frozen=True)
class _State:
    """The estimate ``x`` of norm one, the direction of the step before, and both after ``M``."""

    x: Tensor
    direction: Tensor
    image: Tensor
    direction_image: Tensor


@torch.no_grad()
def leading_eigenvector(
    apply: Callable[[Tensor], Tensor], start: Tensor, max_steps: int = 200, tol: float | None = 1e-5
) -> Solution[_State]:
    r"""The eigenvector of norm one of the largest eigenvalue of a Hermitian ``M``, every sample on its own.

    A step takes the best vector within the span of the estimate, its residual ``M x - (x^H M x) x`` and the direction
    of the step before, at one application of ``M``; it is as fast as Lanczos' method and keeps four vectors. The
    largest eigenvalue is meant, which need not be the largest in modulus. Its phase is such that steps are short.

    Args:
        apply: ``x -> M x``.
        start: a vector for each sample that is not orthogonal to the one wanted, (B, ...); not zero.
        max_steps: the most steps, each with one application of ``M``; there is one application more.
        tol: the change of ``x`` in a step at which a sample stops; ``None`` takes all steps.

    Source: Knyazev, "Toward the optimal preconditioned eigensolver: locally optimal block preconditioned conjugate
    gradient method", 2001, for one vector without preconditioner.
    """
    x = _times(1 / start.flatten(1).norm(dim=1), start)
    zero = torch.zeros_like(x)

    def step(state: _State) -> _State:
        return _improve(apply, state)

    return iterate(step, _State(x, zero, apply(x), zero), max_steps, tol)


def _improve(apply: Callable[[Tensor], Tensor], state: _State) -> _State:
    x, image = state.x, state.image
    residual = image - _times(_inner(x, image), x)
    residual, size = _normalized(residual, 4 * torch.finfo(x.real.dtype).eps * image.flatten(1).norm(dim=1))
    # Of a short residual much is rounding, along `x` too; without this the estimate would only be good to its root.
    residual, _ = _normalized(residual - _times(_inner(x, residual), x))
    pulled = apply(residual)
    direction, moved, length = _orthogonal((state.direction, state.direction_image), (x, image), (residual, pulled))
    present = torch.stack([torch.ones_like(size), size, length], 1) > 0
    best = _ritz_vector((x, residual, direction), (image, pulled, moved), present)
    step = _times(best[:, 1], residual) + _times(best[:, 2], direction)
    step_image = _times(best[:, 1], pulled) + _times(best[:, 2], moved)
    x, image = _times(best[:, 0], x) + step, _times(best[:, 0], image) + step_image
    scale = 1 / x.flatten(1).norm(dim=1)  # one but for rounding
    return _State(_times(scale, x), step, _times(scale, image), step_image)


def _orthogonal(
    pair: tuple[Tensor, Tensor], first: tuple[Tensor, Tensor], second: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """A vector made orthogonal to two and normalized, twice; its image, made of the images; its size before."""
    v, image = pair
    sizes = []
    for _ in range(2):
        for other, other_image in (first, second):
            along = _inner(other, v)
            v, image = v - _times(along, other), image - _times(along, other_image)
        v, size = _normalized(v)
        image = _times(torch.where(size > 0, 1 / torch.where(size > 0, size, 1), 0), image)
        sizes.append(size)
    return v, image, sizes[0]


def _ritz_vector(basis: tuple[Tensor, ...], images: tuple[Tensor, ...], present: Tensor) -> Tensor:
    """Coefficients (B, 3) of the leading vector of ``M`` in an orthonormal basis, of which some vectors are absent."""
    small = torch.stack([torch.stack([_inner(a, b) for b in images], 1) for a in basis], 1)
    small = (small + small.mH) / 2
    least = 1 + 3 * small.abs().amax((1, 2))  # what is absent has an eigenvalue below all others
    both = present[:, :, None] & present[:, None, :]
    small = torch.where(both, small, 0) - torch.diag_embed(torch.where(present, 0, least[:, None])).to(small.dtype)
    leading = torch.linalg.eigh(small)[1][..., -1]
    first = leading[:, 0]
    size = first.abs()
    turn = torch.where(size > 0, first.conj() / torch.where(size > 0, size, 1), 1)
    return leading * turn[:, None]


def _normalized(v: Tensor, rounding: float | Tensor = 0.0) -> tuple[Tensor, Tensor]:
    """``v / ||v||`` and the size of each sample; zero and zero where that is rounding, or its square underflows."""
    size = v.flatten(1).norm(dim=1)
    size = torch.where((size > torch.finfo(size.dtype).tiny ** 0.5) & (size > rounding), size, 0)
    return _times(torch.where(size > 0, 1 / torch.where(size > 0, size, 1), 0), v), size


def _inner(a: Tensor, b: Tensor) -> Tensor:
    return (a.conj() * b).flatten(1).sum(1)


def _times(factor: Tensor, v: Tensor) -> Tensor:
    """One factor for each sample, real or complex, times ``v``."""
    return factor.reshape(-1, *(1,) * (v.ndim - 1)).to(v.dtype) * v
