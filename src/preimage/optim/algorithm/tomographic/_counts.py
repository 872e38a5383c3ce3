"""What expectation maximisation takes from Poisson likelihoods of linear physics."""

from typing import Any

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import scale
from preimage.errors import CapabilityError
from preimage.fidelity import Likelihood
from preimage.functional import Smooth, Zero
from preimage.kernels.pointwise.counts import ratio_of_counts, scale_by_counts
from preimage.optim.algorithm.base import Algorithm
from preimage.physics import LinearPhysics

__all__ = ["count_gradient", "expectation_step", "require_counts", "sensitivity", "step_scale"]


def require_counts(terms: tuple[Any, ...], algorithm: Algorithm) -> None:
    """Check that every term is a Poisson likelihood of a linear physics, which has checked that it holds counts."""
    for f in terms:
        linear = isinstance(f, Likelihood) and isinstance(f.physics, LinearPhysics)
        if not linear or f.physics.noise.counts is None:
            raise CapabilityError(
                f"the fidelity must be the likelihood of a linear physics with PoissonNoise for "
                f"{type(algorithm).__name__}, got {type(f).__name__}; choose another algorithm."
            )


def sensitivity(terms: tuple[Any, ...]) -> Tensor:
    """``sum_i w_i A_i^H 1`` with the weights ``w_i = gain_1 / gain_i``."""
    return _total(terms, [f.physics.A_adjoint(torch.ones_like(f.y)) for f in terms])


def expectation_step(terms: tuple[Any, ...], g: Smooth, share: float, seen: Tensor, x: Tensor) -> Tensor:
    """``x + x (r - d) / d``: ``r = sum_i w_i A_i^H (y_i / (A_i x + b_i))``, ``d = seen + gain_1 * share * grad g(x)``.

    A pixel whose denominator is not positive (no measurement sees it, or the prior outweighs them) stays.
    """
    ratio = _total(terms, [f.physics.A_adjoint(_ratio(f, x)) for f in terms])
    if not isinstance(g, Zero):
        seen = seen + share * per_image(terms[0].physics.noise.counts.gain, x) * g.grad(x)
    return scale_by_counts(x, ratio, seen)


def step_scale(terms: tuple[Any, ...], seen: tuple[Tensor, ...], x: Tensor) -> Tensor:
    """``1 / mean_i (seen_i / gain_i)``, zero where nothing is seen."""
    parts = [image / per_image(f.physics.noise.counts.gain, x) for f, image in zip(terms, seen, strict=True)]
    mean = torch.stack(parts).mean(0)
    return torch.where(mean > 0, 1 / mean.where(mean > 0, 1), 0)


def count_gradient(f: Any, seen: Tensor, x: Tensor) -> Tensor:
    """The gradient of a term, ``(seen - A^H (y / (A x + b))) / gain`` with ``seen = A^H 1``; finite for ``x >= 0``."""
    return (seen - f.physics.A_adjoint(_ratio(f, x))) / per_image(f.physics.noise.counts.gain, x)


def _ratio(f: Any, x: Tensor) -> Tensor:
    """``y / (A x + b)``; zero where the denominator is, since all that is seen there is zero and stays so."""
    return ratio_of_counts(f.physics.A(x), f.y, per_image(f.physics.noise.counts.background, f.y))


def _total(terms: tuple[Any, ...], images: list[Tensor]) -> Tensor:
    total, first = images[0], terms[0].physics.noise.counts.gain
    for f, image in zip(terms[1:], images[1:], strict=True):
        weight = torch.as_tensor(first / f.physics.noise.counts.gain, dtype=image.dtype, device=image.device)
        total = total + scale(weight.reshape(-1), image)
    return total
