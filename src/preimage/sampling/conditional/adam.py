"""Steps of Adam, as a function of a state."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from preimage._tree import squared_modulus

__all__ = ["AdamState", "adam_step"]

_FIRST, _SECOND, _FLOOR = 0.9, 0.99, 1e-8


@dataclass(frozen=True)
class AdamState:
    """Where a descent by Adam stands.

    Attributes:
        x: the point, (B, ...).
        mean: the moving average of the gradients, likewise.
        power: that of their squared moduli, real.
        k: how many steps were done.
    """

    x: Tensor
    mean: Tensor
    power: Tensor
    k: int = 0

    @classmethod
    def at(cls, x: Tensor) -> "AdamState":
        """The state that starts from ``x``."""
        return cls(x, torch.zeros_like(x), torch.zeros_like(x.real))


def adam_step(state: AdamState, gradient: Tensor, size: float | Tensor) -> AdamState:
    """``x - size m / (sqrt(p) + 1e-8)``, ``m`` and ``p`` the averages of the gradient and of its square, unbiased.

    They forget by 0.9 and 0.99 a step.

    Args:
        state: where the descent stands.
        gradient: the gradient there.
        size: how far each pixel may go, in units of the image.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
    """
    k = state.k + 1
    mean = _FIRST * state.mean + (1 - _FIRST) * gradient
    power = _SECOND * state.power + (1 - _SECOND) * squared_modulus(gradient)
    move = mean / (1 - _FIRST**k) / ((power / (1 - _SECOND**k)).sqrt() + _FLOOR)
    return replace(state, x=state.x - size * move, mean=mean, power=power, k=k)
