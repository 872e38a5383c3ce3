"""Bilevel learning: the numbers of a variational model that reconstruct given pairs best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._module import Module
from preimage._tree import Measurement
from preimage.errors import ArgumentError, CapabilityError
from preimage.optim.algorithm import FISTA, PGD
from preimage.optim.stop import StoppingRule
from preimage.optim.unrolled import DeepEquilibrium, FixedPoint
from preimage.optim.variational import Variational
from preimage.physics import Physics

__all__ = ["LearnedModel", "learn_hyperparameters"]


@dataclass(frozen=True)
class LearnedModel:
    """What :func:`learn_hyperparameters` found.

    Attributes:
        model: the variational model with the learned numbers.
        values: these, by name.
        losses: the mean loss over the pairs before each step, (steps,).
        trail: the numbers before each step, by name, (steps,) each.
    """

    model: Variational
    values: dict[str, float]
    losses: Tensor
    trail: dict[str, Tensor]


def mean_squared_error(x_hat: Tensor, x: Tensor) -> Tensor:
    """Of each sample, (B,)."""
    return (x_hat - x).abs().square().flatten(1).mean(1)


def learn_hyperparameters(
    model: Variational,
    pairs: Sequence[tuple[Tensor, Measurement, Physics]],
    learn: Sequence[str] = ("weight",),
    steps: int = 30,
    loss: Callable[[Tensor, Tensor], Tensor] = mean_squared_error,
) -> LearnedModel:
    """``min_p sum_i loss(x_hat_i(p), x_i)`` with ``x_hat_i(p) = argmin_x f_i(x) + g_p(x)``.

    The gradient in ``p`` is the implicit one, at the fixed point of the model's algorithm (of :class:`PGD` where it is
    :class:`FISTA`): it costs about another solution, whatever the number of iterations. The logarithms of the
    numbers move by resilient propagation, which looks at the signs of the gradient only; the best seen are kept.

    Args:
        model: where the numbers start; its data term must be the noise's own.
        pairs: ``(x, y, physics)``, one or more images each.
        learn: fields of the prior that are positive numbers.
        steps: gradient steps, >= 1.
        loss: ``(x_hat, x) -> (B,)``.

    Raises:
        ArgumentError: there are no steps or no pairs.
        CapabilityError: the model has a data term of its own.
        FieldError: the prior has no field that is to be learned.

    Source: Kunisch & Pock 2013; Ehrhardt & Roberts 2021. Riedmiller & Braun 1993 for the steps.
    """
    if steps < 1 or not pairs:
        raise ArgumentError(f"`steps` must be at least 1 and `pairs` not empty, got {steps} and {len(pairs)}.")
    if model.fidelity is not None:
        raise CapabilityError("`model` must take its data term from the noise; give the physics that noise instead.")
    algorithm = PGD(model.algorithm.step_size) if isinstance(model.algorithm, FISTA) else model.algorithm
    tol = 1e-5 if model.tol is None or isinstance(model.tol, StoppingRule) else model.tol
    solver = FixedPoint(max_steps=model.max_steps, tol=tol)
    network = DeepEquilibrium(algorithm, model.prior, learn, model.init, solver)
    logarithms = [network.learned.logarithms[name] for name in learn]
    optimizer = torch.optim.Rprop(logarithms, lr=0.3, step_sizes=(1e-4, 1.0))
    losses, trail = [], []
    for _ in range(steps):
        total = torch.cat([loss(network(y, physics), x) for x, y, physics in pairs]).mean()
        losses.append(float(total.detach()))
        trail.append([float(number.detach().exp()) for number in logarithms])
        optimizer.zero_grad()
        total.backward(inputs=logarithms)
        optimizer.step()
    best = trail[min(range(steps), key=losses.__getitem__)]
    values = dict(zip(learn, best, strict=True))
    columns = {name: torch.tensor([row[index] for row in trail]) for index, name in enumerate(learn)}
    return LearnedModel(_with_numbers(model, values), values, torch.tensor(losses), columns)


def _with_numbers(model: Variational, values: dict[str, float]) -> Variational:
    assert isinstance(model.prior, Module)  # or it would have had no fields to learn
    prior = model.prior.replace(**values)
    return Variational(model.algorithm, prior, model.fidelity, model.init, model.max_steps, model.tol)
