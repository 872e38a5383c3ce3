"""Adam, written out."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._worker import Worker

__all__ = ["Adam"]


class Adam(Worker):
    """``w <- w - rate m / (sqrt(v) + 1e-8)`` with the averages ``m`` of gradients and ``v`` of their squares, unbiased.

    That of PyTorch does the same, after it has imported its compiler, which takes longer than a small fit.

    Args:
        weights: with their gradients in ``grad``; those without are left alone.
        rate: > 0.

    Source: Kingma & Ba, ICLR 2015, algorithm 1, with its constants 0.9 and 0.999.
    """

    def __init__(self, weights: Sequence[Tensor], rate: float) -> None:
        self.weights, self.rate = weights, rate
        self.means = [torch.zeros_like(weight) for weight in weights]
        self.squares = [torch.zeros_like(weight) for weight in weights]
        self.steps = 0

    @torch.no_grad()
    def step(self) -> None:
        """Change the weights by one step against their gradients."""
        self.steps += 1
        length = (1 - 0.999**self.steps) ** 0.5
        size = -self.rate / (1 - 0.9**self.steps)
        for weight, mean, square in zip(self.weights, self.means, self.squares, strict=True):
            if weight.grad is not None:
                mean.lerp_(weight.grad, 0.1)
                square.mul_(0.999).addcmul_(weight.grad, weight.grad, value=0.001)
                weight.addcdiv_(mean, square.sqrt().div_(length).add_(1e-8), value=size)

    def halve_rate(self) -> None:
        """Take steps half as long from now on."""
        self.rate /= 2
