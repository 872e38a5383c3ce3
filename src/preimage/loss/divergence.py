"""Traces of the Jacobian of a model, in random directions or in all."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._recording import leaf, recorded
from preimage._tree import Measurement, add, dot, leaves, scale, subtract, tree_map
from preimage.errors import ArgumentError
from preimage.loss.inputs import LossInputs

__all__ = ["Probing"]


@dataclass(frozen=True)
class Probing:
    r"""How to estimate ``sum_i w_i d(A f(y))_i / d y_i``, a divergence with weights.

    Random signs ``b`` have ``E b b^T = I``, so that ``(w b)^T J b`` is right on average (Ramani, Blu, Unser,
    "Monte-Carlo SURE", IEEE Trans. Image Processing 2008).

    Args:
        tau: step of finite differences ``(A f(y + tau b) - A f(y)) / tau`` in units of ``y``, > 0; one more pass
            through the model a probe. ``None`` differentiates the model instead, without error, for a backward pass
            of it that is itself differentiated in training.
        probes: number of random directions, at least one. ``None`` takes every entry of ``y`` in turn: no randomness,
            for a time that grows with their number; for tests and tiny measurements.

    Raises:
        ArgumentError: a number is out of its range.
    """

    tau: float | None = 1e-3
    probes: int | None = 1

    def __post_init__(self) -> None:
        if self.tau is not None and not 0 < self.tau < math.inf:
            raise ArgumentError(f"`tau` must be a step above zero, got {self.tau}; None differentiates instead.")
        if self.probes is not None and self.probes < 1:
            raise ArgumentError(f"`probes` must be at least one, got {self.probes}; None takes all directions.")

    def trace(self, inputs: LossInputs, weights: Measurement) -> tuple[Measurement, Tensor]:
        """``A f(y)`` and the divergence with ``weights``, (B,); the weights are real and shaped like ``y``."""
        h, total = self.along(inputs, weights, self._directions(inputs, weights))
        return h, total / (self.probes or 1)

    def along(
        self, inputs: LossInputs, weights: Measurement, directions: Iterable[Measurement]
    ) -> tuple[Measurement, Tensor]:
        """``A f(y)``, and ``(w b)^T J b`` summed over ``directions`` ``b``, (B,)."""
        method = self._derivatives if self.tau is None else self._differences
        return method(inputs, weights, directions)

    def _differences(
        self, inputs: LossInputs, weights: Measurement, directions: Iterable[Measurement]
    ) -> tuple[Measurement, Tensor]:
        assert self.tau is not None
        h, total = inputs.physics.A(inputs.estimate()), _zeros(inputs.y)
        for b in directions:
            moved = add(inputs.y, scale(self.tau, b))
            change = subtract(inputs.physics.A(inputs.model(moved, inputs.physics)), h)
            total = total + dot(tree_map(torch.mul, weights, b), change) / self.tau
        return h, total

    def _derivatives(
        self, inputs: LossInputs, weights: Measurement, directions: Iterable[Measurement]
    ) -> tuple[Measurement, Tensor]:
        outside, total = torch.is_grad_enabled(), _zeros(inputs.y)
        with recorded():
            point = tree_map(leaf, inputs.y)
            h = inputs.physics.A(inputs.model(point, inputs.physics))
            for b in directions:
                value = dot(tree_map(torch.mul, weights, b), h).sum()
                slopes = iter(torch.autograd.grad(value, leaves(point), retain_graph=True, create_graph=outside))
                total = total + dot(b, tree_map(lambda _, slopes=slopes: next(slopes), point))
        return (h, total) if outside else (tree_map(Tensor.detach, h), total.detach())

    def _directions(self, inputs: LossInputs, weights: Measurement) -> Iterator[Measurement]:
        """Random signs, zero where the weights are; or the unit vectors."""
        if self.probes is None:
            yield from unit_vectors(inputs.y)
            return
        for _ in range(self.probes):
            signs = tree_map(lambda entry: random_signs(entry, inputs.rng), inputs.y)
            yield tree_map(lambda sign, weight: torch.where(weight.detach() == 0, 0, sign), signs, weights)


def random_signs(like: Tensor, rng: torch.Generator | None) -> Tensor:
    """Entries of 1 and -1, of equal probability; ``±1 ± i`` where ``like`` is complex."""
    device = like.device if rng is None else rng.device
    shape = (*like.shape, 2) if like.is_complex() else like.shape
    signs = torch.randint(0, 2, shape, generator=rng, device=device).to(like.device, like.real.dtype) * 2 - 1
    return torch.view_as_complex(signs) if like.is_complex() else signs


def unit_vectors(y: Measurement) -> Iterator[Measurement]:
    """One entry of every sample at a time set to one, then to ``i`` where it is complex; all others zero."""
    zeros = tree_map(torch.zeros_like, y)
    for position, part in enumerate(leaves(zeros)):
        for index in range(part[0].numel()) if len(part) else ():
            for value in (1.0, 1j) if part.is_complex() else (1.0,):
                unit = part.flatten(1).clone()
                unit[:, index] = torch.tensor(value)
                parts = iter([*leaves(zeros)[:position], unit.reshape(part.shape), *leaves(zeros)[position + 1 :]])
                yield tree_map(lambda _, parts=parts: next(parts), zeros)


def _zeros(y: Measurement) -> Tensor:
    first = leaves(y)[0]
    return torch.zeros(len(first), dtype=first.real.dtype, device=first.device)
