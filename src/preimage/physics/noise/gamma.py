"""Multiplicative speckle."""

import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._seen import count_seen, keep_seen, sum_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import ProximableNoise, draw_gamma, require_real
from preimage.physics.noise.functions.cubic import best_root

__all__ = ["GammaNoise"]


class GammaNoise(ProximableNoise):
    r"""``y = z g`` with ``g`` of Gamma law, mean one and variance ``1 / looks``: speckle of intensities.

    ``nll = sum looks log z + looks y / z - (looks - 1) log y - looks log looks + log Gamma(looks)``: the mean is ``z``
    and the variance ``z^2 / looks``. It is convex in ``z`` up to ``2 y`` only; the prox is the global minimiser, a root
    of a cubic. A negative ``z`` has no law; ``nll`` is infinite there. For images of the logarithm take
    :class:`FisherTippettNoise`, which is convex.

    Args:
        looks: number of independent intensities averaged, a float > 0 or (B,); one is fully developed speckle.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: the number is not finite and above zero, in any entry.

    Source: Goodman, "Some fundamental properties of speckle", JOSA 1976.
    """

    def __init__(self, looks: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("looks", looks, "one is fully developed speckle")
        self.looks = looks

    @property
    def is_convex(self) -> bool:
        """It is not: ``log z`` is concave."""
        return False

    @property
    def speckle_looks(self) -> float | Tensor:
        """``looks``."""
        return self.looks

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        require_real(z, "intensities")
        looks = per_image(self.looks, z)
        return z.clamp_min(0) * draw_gamma(looks.expand(z.shape), rng) / looks

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,); infinite for a negative ``z``.

        An entry of zero, which is never drawn, counts without ``log y``.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            looks = per_image(self.looks, a)
            absent = (a == 0) & (b == 0)  # where nothing is measured
            mean, some = torch.where(absent, 1, a.clamp_min(0)), torch.where(b == 0, 1, b)
            value = looks * (mean.log() + b / mean) - (looks - 1) * some.log()
            value = value - looks * looks.log() + torch.lgamma(looks)
            return torch.where(a < 0, torch.inf, torch.where(absent, 0, value))

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``looks (z - y) / z^2``; minus infinity for a negative ``z``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            mean = torch.where((a == 0) & (b == 0), 1, a)
            return torch.where(a < 0, -torch.inf, per_image(self.looks, a) * ((a - b) / mean) / mean)

        return tree_map(one, z, y)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``looks / mean y^2`` with the mean over what is measured; one where that is zero."""
        power = sum_seen(tree_map(torch.square, y), seen) / count_seen(y, seen).clamp_min(1)
        looks = per_image(self.looks, leaves(y)[0]).flatten()
        return torch.where(power > 0, looks / power.where(power > 0, 1), 1)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require intensities.

        Raises:
            ArgumentError: an entry that was measured is below zero, infinite or NaN.
            ShapeError: ``y`` is complex.
        """
        for leaf in leaves(keep_seen(y, seen)):
            require_real(leaf, "intensities")
            fits = (leaf >= 0) & (leaf < torch.inf)
            if not holds_everywhere(fits):
                raise ArgumentError(
                    f"`y` must hold intensities, none below zero, got {float(leaf[~fits][0]):.4g}; take the square of "
                    "amplitudes, or FisherTippettNoise for logarithms."
                )

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``2 looks (y / z - 1 - log(y / z))`` of every entry, ``1 + 1 / (6 looks)`` on average; infinite unless z > 0.

        Zero where both are.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            excess = (b - a) / torch.where(a > 0, a, 1)
            value = 2 * per_image(self.looks, a) * (excess - excess.log1p())
            return torch.where(a > 0, value, torch.where((a == 0) & (b == 0), 0, torch.inf))

        return tree_map(one, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """The best root of ``u^3 - z u^2 + r u - r y = 0`` with ``r = step looks``, in float64; zero where ``y`` is."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            point, data = a.double(), b.double()
            rate = per_image(step, point) * per_image(self.looks, point)

            def cost(u: Tensor) -> Tensor:
                return torch.where(u > 0, rate * (u.log() + data / u) + (u - point).square() / 2, torch.inf)

            root = best_root(-point, rate.expand(point.shape), -rate * data, cost)
            return torch.where(data > 0, root, 0).to(a.dtype)

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``u z - nll`` at ``z = 2 looks y / (looks + sqrt(looks^2 - 4 looks u y))``, (B,); infinite for ``u > 0``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            looks = per_image(self.looks, a)
            slope = a.clamp_max(0)
            z = 2 * looks * b / (looks + (looks.square() - 4 * looks * slope * b).sqrt())
            some, mean = torch.where(b == 0, 1, b), torch.where(b == 0, 1, z)
            value = slope * z - looks * (mean.log() + b / mean) + (looks - 1) * some.log()
            value = value + looks * looks.log() - torch.lgamma(looks)
            return torch.where((a > 0) | (b == 0), torch.inf, value)

        return sum_leaves(one, u, y)
