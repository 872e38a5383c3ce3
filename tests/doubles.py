"""Small parts that stand in for real ones in more than one test file."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.functional import Proximable
from preimage.physics import Physics


class Square(Physics):
    """``y = x^2``: a physics that is not linear."""

    def A(self, x: Tensor) -> Tensor:
        return x.square()


class Valueless(Proximable):
    """The prox of ``||x||^2 / 2``, without the value."""

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        return x / (1 + per_image(step, x))


class Shrink(Denoiser):
    """The exact prox of ``||x||^2 / 2`` at variance ``sigma^2``."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return x / (1 + torch.as_tensor(sigma, dtype=x.dtype).reshape(-1, 1, 1, 1) ** 2)


class Killed(Exception):
    """What ends a run at a step of the test's choice."""
