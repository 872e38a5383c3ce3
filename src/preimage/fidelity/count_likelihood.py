"""The data term of counts over a background, whose gradient is Lipschitz."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.fidelity.likelihood import DiagonalLikelihood, LinearLikelihood
from preimage.functional import LipschitzSmooth
from preimage.physics import LinearPhysics
from preimage.physics.noise import Noise, PoissonNoise

__all__ = ["CountLikelihood", "DiagonalCountLikelihood", "has_background"]


class CountLikelihood(LinearLikelihood, LipschitzSmooth):
    """``f(x) = sum (w - y log w) / gain``, ``w = A x + background``: Poisson noise with ``background > 0``."""

    def __init__(self, physics: LinearPhysics, y: Tensor) -> None:
        super().__init__(physics, y)

    def lipschitz(self, x: Tensor) -> Tensor:
        """``||A||^2 max(y / (gain background^2))``, for images with ``A x >= 0``: the Hessian is ``y / (gain w^2)``."""
        noise = self.physics.noise
        assert isinstance(noise, PoissonNoise)  # by construction; likelihood() sees to it
        gain, background = per_image(noise.gain, self.y), per_image(noise.background, self.y)
        return self.linear_norm(x) ** 2 * (self.y / (gain * background.square())).flatten(1).amax(1)


class DiagonalCountLikelihood(DiagonalLikelihood, CountLikelihood):
    """A :class:`CountLikelihood` for ``A = diag(s) V^H``, with its prox."""

    def __init__(self, physics: LinearPhysics, y: Tensor) -> None:
        super().__init__(physics, y)


def has_background(noise: Noise) -> bool:
    """Whether ``noise`` counts something everywhere, whatever the image."""
    return isinstance(noise, PoissonNoise) and bool((torch.as_tensor(noise.background) > 0).all())
