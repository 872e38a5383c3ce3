"""Muon: momentum whose matrix-shaped updates are orthogonalised."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

__all__ = ["Muon"]


class Muon(torch.optim.Optimizer):
    r"""SGD with Nesterov momentum whose update of each weight matrix is replaced by its nearest semi-orthogonal matrix.

    A convolution's weight is seen as the matrix (out channels) x (in channels * taps). Every singular direction then
    moves by the same amount, ``lr * sqrt(max(1, rows / columns))``, which on small image networks reaches a given loss
    in a fraction of the steps of AdamW.

    Args:
        params: weights of two or more dimensions (hidden layers; give the first and last layer to AdamW).
        lr: learning rate, the spectral norm of an update.
        momentum: in [0, 1).

    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; quintic Newton-Schulz
    iteration with the coefficients given there.
    """

    def __init__(self, params: Iterable[nn.Parameter], lr: float = 0.01, momentum: float = 0.95) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Change the weights by one step."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                average = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                direction = parameter.grad.lerp(average, group["momentum"])
                matrix = direction.reshape(parameter.shape[0], -1)
                scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
                update = _orthogonalise(matrix).reshape(parameter.shape)
                parameter.add_(update, alpha=-group["lr"] * scale)


def _orthogonalise(matrix: Tensor, iterations: int = 5) -> Tensor:
    """Push the singular values of ``matrix`` to about one: ``X <- a X + (b X X^T + c (X X^T)^2) X``."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(iterations):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x
