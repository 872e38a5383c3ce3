"""Networks that do not stretch differences."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._recording import recorded
from preimage.errors import ShapeError
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.solve import leading_eigenvector

__all__ = ["FNEJacobianSpectralNorm", "JacobianSpectralNorm"]

Map = Callable[[Tensor], Tensor]


class _LargestSingularValue(Loss):
    """What is found by steps of a Krylov method, and how many."""

    needs_estimate = False

    def __init__(self, steps: int = 20, tol: float = 1e-4, least: float = 0.0) -> None:
        super().__init__()
        check_count("steps", steps, "20 are usual")
        check_level("tol", tol, "1e-4 is usual", zero=True)
        check_level("least", least, "0 is no bound", zero=True)
        self.steps = steps
        self.tol = tol
        self.least = least


class JacobianSpectralNorm(_LargestSingularValue):
    r"""``max(||J||, least)`` with the Jacobian ``J`` of ``y -> f(y, A)`` at the measurement.

    ``||J||`` is the largest singular value; a network of which it is at most one everywhere is non-expansive. It is
    found by ``steps`` steps of a Krylov method on ``J^T J``, each of one product with ``J`` and one with its transpose,
    from a random start: from below, exact for linear maps once it has converged. Gradients are those of the singular
    value. Complex numbers count as pairs.

    Args:
        steps: the most steps, >= 1.
        tol: the change of the singular vector in a step at which a sample stops, >= 0.
        least: below this norm the loss is constant, >= 0; 1 minus a little for a penalty on expansion alone.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the measurement is a tuple.

    Source: Pesquet, Repetti, Terris, Wiaux, "Learning maximally monotone operators for image recovery", SIAM Journal on
    Imaging Sciences 14, 2021.
    """

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The norm at each measurement, (B,)."""
        return _norm(inputs, lambda j, v: j, self.steps, self.tol).clamp_min(self.least)


class FNEJacobianSpectralNorm(_LargestSingularValue):
    r"""``max(||2 J - I||, least)`` with the Jacobian ``J`` of ``y -> f(y, A)``, for maps of images to images.

    ``f`` is firmly non-expansive, the resolvent of a monotone operator, if it is at most one everywhere; plug-and-play
    methods with such a denoiser converge. It is found and differentiated as :class:`JacobianSpectralNorm`.

    Args:
        steps: the most steps, >= 1.
        tol: the change of the singular vector in a step at which a sample stops, >= 0.
        least: below this norm the loss is constant, >= 0; 1 minus a little for a penalty on expansion alone.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the measurement is a tuple, or of another shape than the image.

    Source: Pesquet, Repetti, Terris, Wiaux, SIAM Journal on Imaging Sciences 14, 2021.
    """

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The norm at each measurement, (B,)."""

        def reflected(j: Tensor, v: Tensor) -> Tensor:
            if j.shape != v.shape:
                raise ShapeError(
                    f"`model` must map measurements to images of their shape {tuple(v.shape)}, got {tuple(j.shape)}; "
                    "JacobianSpectralNorm is for other maps."
                )
            return 2 * j - v

        return _norm(inputs, reflected, self.steps, self.tol).clamp_min(self.least)


def _norm(inputs: LossInputs, combine: Callable[[Tensor, Tensor], Tensor], steps: int, tol: float) -> Tensor:
    """The largest singular value of ``combine(J, I)`` at each measurement, with its gradient to the model."""
    y = inputs.y
    if not isinstance(y, Tensor):
        raise ShapeError("`y` must be one tensor for the norm of a Jacobian, got a tuple; take one sensor.")
    rng, outside = inputs.rng, torch.is_grad_enabled()
    with recorded():
        point = _as_real(y.detach()).clone().requires_grad_()
        x_hat = _as_real(inputs.model(_like(point, y), inputs.physics))
        probe = torch.zeros_like(x_hat, requires_grad=True)
        (pulled,) = torch.autograd.grad(x_hat, point, probe, create_graph=True)  # J^T u, linear in u

        def forward(v: Tensor) -> Tensor:
            return combine(torch.autograd.grad(pulled, probe, v, retain_graph=True)[0], v)

        def transposed(u: Tensor) -> Tensor:
            return combine(torch.autograd.grad(x_hat, point, u, retain_graph=True)[0], u)

        def normal(v: Tensor) -> Tensor:
            with recorded():
                return transposed(forward(v)).detach()

        device = point.device if rng is None else rng.device
        start = torch.randn(point.shape, generator=rng, device=device, dtype=point.dtype).to(point.device)
        v = leading_eigenvector(normal, start, steps, tol).x if len(point) else point
        u = forward(v).detach()
        u = u / _length(u).clamp_min(torch.finfo(u.dtype).tiny).view(-1, *(1,) * (u.ndim - 1))
        (row,) = torch.autograd.grad(x_hat, point, u, create_graph=True)
        norm = (combine(row, u) * v).flatten(1).sum(1)
    return norm if outside else norm.detach()


def _length(u: Tensor) -> Tensor:
    return u.flatten(1).norm(dim=1)


def _as_real(x: Tensor) -> Tensor:
    return torch.view_as_real(x) if x.is_complex() else x


def _like(point: Tensor, y: Tensor) -> Tensor:
    return torch.view_as_complex(point) if y.is_complex() else point
