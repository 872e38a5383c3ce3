"""Gaussian noise whose entries are correlated, with a covariance that is diagonal in a fixed orthonormal basis."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement, dot, leaves, squared_modulus, subtract, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import ProximableNoise, draw_normal, require_all_seen

__all__ = ["ColouredNoise"]

Function = Callable[[Tensor], Tensor]


class ColouredNoise(ProximableNoise):
    """``y = z + n`` with Gaussian ``n`` of covariance ``C``: ``nll = ((y - z)^H C^-1 (y - z) + log det(2 pi C)) / 2``.

    Complex data have independent noise of covariance ``C`` in the real and in the imaginary part. Subclasses say how a
    function of ``C`` is applied (``filtered``) and what its eigenvalues are (``variances``); so each of sampling, the
    likelihood, its prox and its conjugate is one transform there and one back.
    """

    def filtered(self, x: Tensor, function: Function) -> Tensor:
        """``f(C) x`` for ``function`` of the eigenvalues, of any shape."""
        raise NotImplementedError

    def variances(self, like: Tensor) -> tuple[Tensor, Tensor]:
        """The eigenvalues of ``C`` on data like ``like``, (B or 1, n), and how often each occurs, (n,) or (1,)."""
        raise NotImplementedError

    @property
    def is_entrywise(self) -> bool:
        """They are not independent: they are correlated."""
        return False

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + self.filtered(draw_normal(z, rng), torch.sqrt)

    def _half_determinant(self, like: Tensor) -> Tensor:
        """``log det(2 pi C) / 2`` of each sample, (B,); for complex data of both parts."""
        values, times = self.variances(like)
        logs = (times * (values.log() + math.log(2 * math.pi))).expand(values.shape).sum(1) / 2
        return (2 if like.is_complex() else 1) * logs.expand(like.shape[0])

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,)."""
        gaps = leaves(subtract(z, y))
        squares = sum_leaves(lambda gap: squared_modulus(self.filtered(gap, torch.rsqrt)) / 2, tuple(gaps))
        return squares + torch.stack([self._half_determinant(gap) for gap in gaps]).sum(0)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``C^-1 (z - y)``."""
        return tree_map(lambda gap: self.filtered(gap, torch.reciprocal), subtract(z, y))

    def whiten(self, z: Measurement) -> Measurement:
        """``C^(-1/2) z``, of which the noise has variance one and no correlation."""
        return tree_map(lambda leaf: self.filtered(leaf, torch.rsqrt), z)

    def curvature(self, y: Measurement) -> Tensor:
        """The inverse of the smallest variance."""
        return torch.stack([1 / self.variances(leaf)[0].amin(1) for leaf in leaves(y)]).amax(0)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """The mean of the inverse variances."""
        values, times = self.variances(leaves(y)[0])
        weights = times.to(values).expand(values.shape[-1:])
        return (weights / values).sum(1) / weights.sum()

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require that everything was measured, and that no variance is zero.

        Raises:
            ArgumentError: entries are hidden, whose noise is correlated with that of others; or ``C`` is singular.
        """
        require_all_seen(self, y, seen)
        for leaf in leaves(y):
            values = self.variances(leaf)[0]
            if not bool((values > torch.finfo(values.dtype).eps * values.amax(1, keepdim=True)).all()):
                raise ArgumentError(
                    f"`y` must have noise in every direction, got a variance of {float(values.min()):.3g}; add white "
                    "noise to the correlated one."
                )

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``|C^(-1/2) (y - z)|^2`` of every entry: those of whitened data."""
        return tree_map(lambda gap: squared_modulus(self.filtered(gap, torch.rsqrt)), subtract(z, y))

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``y + C (C + step)^-1 (z - y)``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            tau = per_image(step, a.real)
            return b + self.filtered(a - b, lambda c: c / (c + tau))

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``Re <u, y> + u^H C u / 2`` less ``log det(2 pi C) / 2``, (B,)."""
        squares = sum_leaves(lambda a: squared_modulus(self.filtered(a, torch.sqrt)) / 2, u)
        return dot(u, y) + squares - torch.stack([self._half_determinant(leaf) for leaf in leaves(y)]).sum(0)
