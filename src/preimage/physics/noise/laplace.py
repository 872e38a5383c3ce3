"""Additive Laplace noise."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, dot, leaves, sum_leaves, tree_map
from preimage.functional import indicator_of_ball
from preimage.physics.noise.base import ProximableNoise, draw_uniform

__all__ = ["LaplaceNoise"]


class LaplaceNoise(ProximableNoise):
    r"""``y = z + n`` with density of ``n`` proportional to ``exp(-|n| / scale)``; ``nll = sum |y - z| / scale``.

    The standard deviation of real noise is ``sqrt(2) scale``. For complex data ``|.|`` is the modulus: the noise is
    isotropic in the plane, its modulus of Gamma law with shape 2, with standard deviation ``sqrt(3) scale`` a part.

    Args:
        scale: in image units, a float > 0 or (B,).

    Raises:
        ArgumentError: the scale is not a finite number above zero, in any entry.

    Source: the definition.
    """

    def __init__(self, scale: float | Tensor = 0.1) -> None:
        super().__init__()
        check_number("scale", scale, "use NoNoise for no noise")
        self.scale = scale

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        first, second = (-torch.log1p(-draw_uniform(z.real, rng)) for _ in range(2))  # exponential laws
        if z.is_complex():
            return z + per_image(self.scale, z.real) * torch.polar(first + second, _turn(z, rng))
        return z + per_image(self.scale, z) * (first - second)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``sum |y - z| / scale``, (B,)."""
        return sum_leaves(lambda a, b: (a - b).abs() / per_image(self.scale, b.real), z, y)

    def constant(self, y: Measurement) -> Tensor:
        """``log(2 scale)`` for each real number, ``log(2 pi scale^2)`` for each complex one, (B,)."""

        def one(leaf: Tensor) -> Tensor:
            scale = per_image(self.scale, leaf.real)
            return (2 * torch.pi * scale.square() if leaf.is_complex() else 2 * scale).log().expand(leaf.shape)

        return sum_leaves(one, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``sign(z - y) / scale``, zero where they agree."""
        return tree_map(lambda a, b: (a - b).sgn() / per_image(self.scale, a.real), z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``y + soft(z - y, step / scale)``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gap = a - b
            threshold = per_image(step, a.real) / per_image(self.scale, a.real)
            return b + gap.sgn() * (gap.abs() - threshold).clamp_min(0)

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``Re <u, y>`` where ``|u| <= 1 / scale`` throughout, else infinite, (B,)."""
        outside = [indicator_of_ball(per_image(self.scale, leaf.real) * leaf.abs(), 1.0) for leaf in leaves(u)]
        return dot(u, y) + torch.stack(outside).sum(0)


def _turn(like: Tensor, rng: torch.Generator | None) -> Tensor:
    """Draw angles, uniform in [0, 2 pi)."""
    return 2 * torch.pi * draw_uniform(like.real, rng)
