"""Additive uniform noise."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, dot, sum_leaves, tree_map
from preimage.physics.noise.base import ProximableNoise, draw_uniform, real_parts

__all__ = ["UniformNoise"]


class UniformNoise(ProximableNoise):
    r"""``y = z + n`` with ``n`` uniform in ``[-half_width, half_width]``: rounding, or a bound on an error.

    ``nll = sum log(2 half_width)`` where ``|y - z| <= half_width`` throughout, up to rounding, and else infinite, so
    that its prox is the projection onto the values that ``y`` allows. The standard deviation is
    ``half_width / sqrt(3)``. Complex data get independent noise in the real and in the imaginary part.

    Args:
        half_width: the largest error, in image units, a float > 0 or (B,); half a step for rounding.

    Raises:
        ArgumentError: the half-width is not a finite number above zero, in any entry.

    Source: the definition.
    """

    def __init__(self, half_width: float | Tensor = 0.1) -> None:
        super().__init__()
        check_number("half_width", half_width, "use NoNoise for no noise")
        self.half_width = half_width

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        parts = real_parts(z)
        noise = per_image(self.half_width, parts) * (2 * draw_uniform(parts, rng) - 1)
        return z + (torch.view_as_complex(noise) if z.is_complex() else noise)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``sum log(2 half_width)``, infinite where the measurement is further away, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            a, b = real_parts(a), real_parts(b)
            width = per_image(self.half_width, a)
            slack = 4 * torch.finfo(a.dtype).eps * (a.abs() + b.abs() + width)
            gap = a - b
            return torch.where(gap.abs() <= width + slack, (2 * width).log() + 0 * gap, torch.inf)

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """Zero: ``nll`` is flat where it is finite. What moves ``z`` there is the prox."""
        return tree_map(torch.zeros_like, z)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """The nearest values within ``half_width`` of ``y``, whatever the ``step``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            first, second = real_parts(a), real_parts(b)
            width = per_image(self.half_width, first)
            near = torch.clamp(first, second - width, second + width)
            return torch.view_as_complex(near) if a.is_complex() else near

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``Re <u, y> + half_width ||u||_1`` with the moduli of both parts, less ``sum log(2 half_width)``, (B,)."""

        def one(leaf: Tensor) -> Tensor:
            parts = real_parts(leaf)
            width = per_image(self.half_width, parts)
            return width * parts.abs() - (2 * width).log()

        return dot(u, y) + sum_leaves(one, u)
