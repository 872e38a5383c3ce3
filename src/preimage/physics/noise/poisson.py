"""Photon counting."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import ProximableNoise, draw_poisson

__all__ = ["PoissonNoise"]


class PoissonNoise(ProximableNoise):
    r"""``y = gain * Poisson(z / gain)``; ``nll = sum z / gain - (y / gain) log z``.

    In image units: the mean is ``z`` and the variance ``gain * z``. A negative ``z`` has no law; :meth:`sample` treats
    it as zero and :meth:`nll` as impossible (infinite), so that proximal methods keep images non-negative.

    Args:
        gain: image units per count, a float > 0 or (B,); 1/100 is a hundred counts at white.

    Shapes: any real ``z``; ``y`` is like it.
    """

    def __init__(self, gain: float | Tensor = 0.01) -> None:
        super().__init__()
        if isinstance(gain, (int, float)) and not gain > 0:
            raise ArgumentError(f"`gain` must be positive, got {gain}; use NoNoise for no noise.")
        self.gain = gain

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        gain = per_image(self.gain, z)
        return gain * draw_poisson(z / gain, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``sum z / gain - (y / gain) log z``, (B,); infinite for a negative ``z``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            # No count, no logarithm: torch.xlogy has no derivative at 0 log 0.
            logarithm = torch.where(b == 0, 1, a.clamp_min(0)).log()
            value = (a - b * logarithm) / per_image(self.gain, a)
            return torch.where(a < 0, torch.inf, value)

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(1 - y / z) / gain``, with ``0 / 0 = 0``; minus infinity for a negative ``z``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            ratio = torch.where(b == 0, 0, b / torch.where(b == 0, 1, a))
            return torch.where(a < 0, -torch.inf, (1 - ratio) / per_image(self.gain, a))

        return tree_map(one, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """The positive root ``u`` of ``u^2 - (z - step / gain) u - step y / gain = 0``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            rate = per_image(step, a) / per_image(self.gain, a)
            half, product = (a - rate) / 2, rate * b
            root = (half.square() + product).sqrt()
            # half + root, without its cancellation where half < 0.
            return torch.where(half > 0, half + root, product / torch.where(half < root, root - half, 1))

        return tree_map(one, z, y)
