"""Mixtures of Gaussians, and their fit to data."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor
from typing_extensions import Self

from preimage._module import Module
from preimage._ranges import check_level, holds_everywhere
from preimage.errors import ArgumentError, ShapeError

__all__ = ["GaussianMixture"]

_CHUNK = 1024  # vectors at a time: the work space is so many numbers per component and dimension


class GaussianMixture(Module):
    r"""``p(v) = sum_k weights_k N(v; means_k, covariances_k)`` on vectors, such as patches of images.

    Args:
        weights: (k,), not negative, of sum one.
        means: (k, d).
        covariances: (k, d, d), positive definite.

    Raises:
        ArgumentError: ``weights`` are no probabilities.
        ShapeError: the shapes do not agree.
    """

    def __init__(self, weights: Tensor, means: Tensor, covariances: Tensor) -> None:
        super().__init__()
        check_level("weights", weights, "they are probabilities", zero=True)
        components, dim = means.shape
        if weights.shape != (components,) or covariances.shape != (components, dim, dim):
            raise ShapeError(
                f"`weights` and `covariances` must be ({components},) and ({components}, {dim}, {dim}) for `means` "
                f"({components}, {dim}), got {tuple(weights.shape)} and {tuple(covariances.shape)}; give one of each."
            )
        if not holds_everywhere((weights.sum() - 1).abs() < 1e-3):
            raise ArgumentError(f"`weights` must sum to one, got {float(weights.sum()):.6g}; divide by their sum.")
        self.weights = weights
        self.means = means
        self.covariances = covariances

    def forward(self, v: Tensor) -> Tensor:
        """``-log p(v)`` of vectors (..., d): (...)."""
        return -self.log_prob(v)

    def log_prob(self, v: Tensor) -> Tensor:
        """``log p(v)`` of vectors (..., d): (...)."""
        return self.log_joint(v).logsumexp(-1)

    def responsibilities(self, v: Tensor) -> Tensor:
        """The probability that ``v`` (..., d) comes from each component: (..., k)."""
        return self.log_joint(v).softmax(-1)

    def log_joint(self, v: Tensor) -> Tensor:
        """``log (weights_k N(v; means_k, covariances_k))`` of vectors (..., d): (..., k)."""
        return self._log_joint(v, *self._whitening())

    def most_likely(self, v: Tensor) -> Tensor:
        """The component with the largest responsibility for each vector (n, d): (n,)."""
        with torch.no_grad():
            whitening = self._whitening()
            return torch.cat([self._log_joint(part, *whitening).argmax(-1) for part in v.split(_CHUNK)])

    def _whitening(self) -> tuple[Tensor, Tensor, Tensor]:
        """Per component, ``W`` and ``W m`` for which ``W (v - m)`` is standard normal, and ``log p`` at its mean."""
        dim = self.means.shape[1]
        factors = torch.linalg.cholesky(self.covariances)
        matrix = torch.linalg.solve_triangular(factors, torch.eye(dim).to(factors), upper=False)
        peak = self.weights.log() - factors.diagonal(dim1=-2, dim2=-1).log().sum(-1) - 0.5 * dim * math.log(2 * math.pi)
        return matrix, (matrix @ self.means[..., None])[..., 0], peak

    def _log_joint(self, v: Tensor, matrix: Tensor, shift: Tensor, peak: Tensor) -> Tensor:
        white = F.linear(v, matrix.flatten(0, 1), -shift.flatten()).unflatten(-1, shift.shape)
        return peak - 0.5 * white.square().sum(-1)

    def with_noise(self, variance: float | Tensor) -> Self:
        """The mixture of ``v + e`` with white Gaussian noise ``e`` of that variance."""
        noise = torch.as_tensor(variance).to(self.covariances) * torch.eye(self.means.shape[1]).to(self.covariances)
        return self.replace(covariances=self.covariances + noise)

    @classmethod
    def fit(
        cls,
        vectors: Tensor,
        components: int,
        rng: torch.Generator | None = None,
        max_steps: int = 100,
        tol: float = 1e-4,
        floor: float = 1e-6,
        zero_mean: bool = True,
        report: Callable[[int, float], None] = lambda step, likelihood: None,
    ) -> Self:
        """A mixture of (locally) largest likelihood of ``vectors`` (n, d), by expectation maximisation.

        The start gives every vector to the nearest of ``components`` random ones. The likelihood never falls: clipping
        the eigenvalues of a covariance at ``floor`` gives the best one among those so bounded.

        Args:
            max_steps: the most steps.
            tol: stop when the mean log-likelihood rises by less than this in a step.
            floor: the smallest eigenvalue of a covariance, in squared units of the data, > 0.
            zero_mean: keep all means at zero; vectors and their negatives are then alike.
            report: called with each step and the mean log-likelihood before it.

        Raises:
            ArgumentError: more components than vectors, or no floor.

        Source: Dempster, Laird, Rubin 1977; clipped eigenvalues: Boyd & Vandenberghe 2004, section 7.1.1.
        """
        if not (1 <= components <= len(vectors) and floor > 0):
            raise ArgumentError(
                f"`components` must be in 1..{len(vectors)} and `floor` > 0, got {components} and {floor}; change them."
            )
        start = _nearest(vectors, components, rng, zero_mean)
        mixture = cls._maximised(_statistics(vectors, start), floor, zero_mean).to(vectors.dtype)
        last = -math.inf
        for step in range(max_steps):
            statistics = _statistics(vectors, mixture.log_joint)
            likelihood = float(statistics[3] / len(vectors))
            report(step, likelihood)
            if likelihood - last < tol:
                break
            mixture, last = cls._maximised(statistics, floor, zero_mean).to(vectors.dtype), likelihood
        return mixture

    @classmethod
    def _maximised(cls, statistics: tuple[Tensor, ...], floor: float, zero_mean: bool) -> Self:
        counts, sums, squares, _ = statistics
        share = counts.clamp_min(torch.finfo(counts.dtype).tiny)
        means = torch.zeros_like(sums) if zero_mean else sums / share[:, None]
        spread = squares / share[:, None, None] - means[:, :, None] * means[:, None, :]
        values, vectors = torch.linalg.eigh(spread)
        covariances = (vectors * values.clamp_min(floor)[:, None, :]) @ vectors.mT
        return cls(counts / counts.sum(), means, 0.5 * (covariances + covariances.mT))


def _nearest(
    vectors: Tensor, components: int, rng: torch.Generator | None, zero_mean: bool
) -> Callable[[Tensor], Tensor]:
    """Log-weights that give a vector wholly to the nearest of some random vectors (or of their negatives)."""
    device = None if rng is None else rng.device
    centres = vectors[torch.randperm(len(vectors), generator=rng, device=device)[:components].to(vectors.device)]

    def log_joint(v: Tensor) -> Tensor:
        likeness = v @ centres.mT
        distance = centres.square().sum(-1) - 2 * (likeness.abs() if zero_mean else likeness)
        return torch.full_like(distance, -torch.inf).scatter(-1, distance.argmin(-1, keepdim=True), 0.0)

    return log_joint


def _statistics(vectors: Tensor, log_joint: Callable[[Tensor], Tensor]) -> tuple[Tensor, ...]:
    """Per component the sums of responsibilities, vectors and outer products; the log-likelihood. Sums in float64."""
    totals: tuple[Tensor, ...] = ()
    for part in vectors.split(_CHUNK):
        joint = log_joint(part)
        shares = joint.softmax(-1)
        weighted = (shares[:, :, None] * part[:, None, :]).flatten(1)
        outer = (weighted.mT @ part).unflatten(0, (-1, part.shape[1]))
        sums = (shares.sum(0), shares.mT @ part, outer, joint.logsumexp(-1).sum())
        wide = tuple(value.double() for value in sums)
        totals = tuple(a + b for a, b in zip(totals, wide, strict=True)) if totals else wide
    return totals
