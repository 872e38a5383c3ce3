"""How many steps a method that would go on to fit the noise should take."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._worker import Worker
from preimage.optim import Variational
from preimage.physics import LinearPhysics

__all__ = ["held_out_steps"]

_HELD = 4000  # voxels, as far as they are between these shares of all
_SHARES = (0.02, 0.1)
_GROWTH = 1.1  # from one look to the next, in steps
_PATIENCE = 1.5  # times the best number of steps without a better one end the trial


def held_out_steps(
    model: Callable[[LinearPhysics, Tensor, int], Variational], y: Tensor, physics: LinearPhysics, most: int
) -> int:
    """The least number of steps whose image predicts held-out voxels within one standard error of the best.

    Two to ten in a hundred voxels are left out of a trial run, the same ones whenever it is repeated. Of the deviances
    of those the unit of the counts is only a factor, so that nothing has to be known of the gain of the camera.

    Args:
        model: ``(physics, weights, steps)`` to the method for a measurement that counts where ``weights`` are one.
        y: the measurement.
        physics: where it comes from, with :class:`preimage.physics.PoissonNoise`.
        most: steps that are tried.

    Source: Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3 (the rule of one standard error).
    """
    drawn = torch.rand(y.shape, generator=torch.Generator().manual_seed(0)).to(y.device)
    held = drawn < min(max(_HELD / y.numel(), _SHARES[0]), _SHARES[1])
    if not bool(held.any()):
        held.view(-1)[int(drawn.argmin())] = True
    watch = _Watch(y, physics, held)
    model(physics, (~held).to(y), most).solve(y.masked_fill(held, 0), physics, [watch])
    return watch.chosen()


class _Watch(Worker):
    """Looks at the prediction of held-out voxels, at growing distances."""

    def __init__(self, y: Tensor, physics: LinearPhysics, held: Tensor) -> None:
        self.y, self.physics, self.held = y, physics, held
        self.next = 1
        self.steps: list[int] = []
        self.deviances: list[Tensor] = []

    def __call__(self, number: int, state: Any) -> bool:
        """Look after step ``number``, where it is time to; whether there is no hope of a better prediction."""
        if number < self.next:
            return False
        self.next = max(number + 1, math.ceil(_GROWTH * number))
        predicted = self.physics.noise.deviance(self.physics.A(state.x).clamp_min(0), self.y)
        self.steps.append(number)
        self.deviances.append(predicted[self.held].double())
        return number > _PATIENCE * self.steps[self._best()] + 5

    def _best(self) -> int:
        means = [float(deviances.mean()) for deviances in self.deviances]
        return means.index(min(means))

    def chosen(self) -> int:
        """The least number of steps that is no worse than the best, but by chance."""
        best = self.deviances[self._best()]
        for number, deviances in zip(self.steps, self.deviances, strict=True):
            excess = deviances - best
            error = float(excess.std(correction=0)) / math.sqrt(len(excess))
            if float(excess.mean()) <= error:
                return number
        raise AssertionError("the best is no worse than itself")
