"""Photon counting behind an absorber, after the logarithm."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, sum_leaves, tree_map
from preimage.physics.noise.base import ProximableNoise, draw_poisson
from preimage.physics.noise.functions.omega import shortfall

__all__ = ["LogPoissonNoise"]


class LogPoissonNoise(ProximableNoise):
    r"""``y = -log(N / photons) / attenuation`` with counts ``N = Poisson(photons exp(-attenuation z))``: Beer-Lambert.

    ``nll = photons sum exp(-attenuation z) + exp(-attenuation y) attenuation z``, convex in ``z``. This is a line
    integral of computed tomography: ``z`` the length-weighted density, ``y`` its estimate from the counts. Where no
    photon arrives, ``y`` is as if half a photon had (the logarithm of zero is no number).

    Args:
        photons: mean count without absorber, a float > 0 or (B,); ``N0`` in the literature.
        attenuation: absorption per unit of ``z``, a float > 0 or (B,); ``mu`` in the literature.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: a parameter is not a finite number above zero, in any entry.

    Source: Elbakri & Fessler, "Statistical image reconstruction for polyenergetic X-ray CT", TMI 2002, the
    monoenergetic case.
    """

    def __init__(self, photons: float | Tensor = 1024.0, attenuation: float | Tensor = 1.0) -> None:
        super().__init__()
        for name, value in (("photons", photons), ("attenuation", attenuation)):
            check_number(name, value, "give a larger one")
        self.photons = photons
        self.attenuation = attenuation

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        photons, mu = per_image(self.photons, z), per_image(self.attenuation, z)
        counts = draw_poisson(photons * (-mu * z).exp(), rng)
        return -(counts.clamp_min(0.5) / photons).log() / mu

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``photons sum exp(-attenuation z) + exp(-attenuation y) attenuation z``, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            mu = per_image(self.attenuation, a)
            return per_image(self.photons, a) * ((-mu * a).exp() + (-mu * b).exp() * mu * a)

        return sum_leaves(one, z, y)

    def constant(self, y: Measurement) -> Tensor:
        """``sum log(k!) - k log photons`` with the counts ``k = photons exp(-attenuation y)``, (B,)."""

        def one(leaf: Tensor) -> Tensor:
            photons = per_image(self.photons, leaf)
            count = photons * (-per_image(self.attenuation, leaf) * leaf).exp()
            return torch.lgamma(count + 1) - count * photons.log()

        return sum_leaves(one, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``photons attenuation exp(-attenuation y) (1 - exp(-attenuation (z - y)))``, which does not cancel."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            mu = per_image(self.attenuation, a)
            return -per_image(self.photons, a) * mu * (-mu * b).exp() * (-mu * (a - b)).expm1()

        return tree_map(one, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        r"""``y + d`` with ``d + r exp(-attenuation y) (1 - exp(-attenuation d)) = z - y``.

        ``r = step photons attenuation``. Solved for the small ``d``, since the equation for ``u`` cancels.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            mu = per_image(self.attenuation, a)
            rate = per_image(step, a) * per_image(self.photons, a) * mu.square()
            return b + shortfall(mu * (a - b), rate * (-mu * b).exp()) / mu

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``sum q log(q / photons) - q`` with ``q = photons exp(-attenuation y) - u / attenuation``.

        Infinite where ``q < 0``; zero where ``q`` is, up to rounding.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            photons, mu = per_image(self.photons, a), per_image(self.attenuation, a)
            seen = photons * (-mu * b).exp()
            q = seen - a / mu
            outside = q < -200 * torch.finfo(a.dtype).eps * seen
            q = q.clamp_min(0)
            return torch.where(outside, torch.inf, torch.xlogy(q, q / photons) - q)

        return sum_leaves(one, u, y)
