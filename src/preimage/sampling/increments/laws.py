"""Laws of increments that are normal once their variances are known."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.errors import ArgumentError
from preimage.sampling.chains import Chains

__all__ = [
    "GaussianIncrements",
    "IncrementLaw",
    "LaplaceIncrements",
    "SpikeLaplaceIncrements",
    "StudentIncrements",
]


@dataclass(frozen=True)
class IncrementLaw:
    """What an increment ``u`` is: zero, or normal with a variance that has a law of its own."""

    @property
    def rate(self) -> float:
        """The probability that an increment is not zero."""
        return 1.0

    def draw_variances(self, like: Tensor, chains: Chains) -> Tensor:
        """Variances of increments that are not zero, one for each entry of ``like`` (B, n)."""
        raise NotImplementedError

    def variances_given(self, u: Tensor, chains: Chains) -> Tensor:
        """Variances given the increments ``u`` (B, n), none of them zero."""
        raise NotImplementedError

    def draw(self, like: Tensor, chains: Chains) -> Tensor:
        """Increments, one for each entry of ``like`` (B, n)."""
        u = self.draw_variances(like, chains).sqrt() * chains.normal(like)
        return u if self.rate == 1 else u * (chains.uniform(like) < self.rate)


@dataclass(frozen=True)
class GaussianIncrements(IncrementLaw):
    """Normal increments: signals are Brownian motions.

    Args:
        variance: > 0.

    Raises:
        ArgumentError: ``variance`` is not above zero.
    """

    variance: float = 0.25

    def __post_init__(self) -> None:
        check_level("variance", self.variance, "it is that of an increment")

    def draw_variances(self, like: Tensor, chains: Chains) -> Tensor:
        """The same one for all."""
        return torch.full_like(like, self.variance)

    def variances_given(self, u: Tensor, chains: Chains) -> Tensor:
        """The same one for all."""
        return torch.full_like(u, self.variance)


@dataclass(frozen=True)
class LaplaceIncrements(IncrementLaw):
    """Density ``exp(-|u| / scale) / (2 scale)``: what total variation means in one dimension.

    The variance is exponential of mean ``2 scale^2``; given ``u``, ``1 / v`` is inverse Gaussian of mean
    ``1 / (scale |u|)`` and shape ``1 / scale^2``.

    Args:
        scale: > 0.

    Raises:
        ArgumentError: ``scale`` is not above zero.

    Source: Park, Casella, "The Bayesian lasso", JASA 103, 2008.
    """

    scale: float = 1.0

    def __post_init__(self) -> None:
        check_level("scale", self.scale, "it is the mean modulus of an increment")

    def draw_variances(self, like: Tensor, chains: Chains) -> Tensor:
        """Exponential variables of mean ``2 scale^2``."""
        return -2 * self.scale**2 * torch.log1p(-chains.uniform(like))

    def variances_given(self, u: Tensor, chains: Chains) -> Tensor:
        """One over inverse Gaussian, by the root of a quadratic equation."""
        mean = 1 / (self.scale * u.abs().clamp_min(torch.finfo(u.dtype).tiny ** 0.25))
        bend = 0.5 * self.scale**2 * mean * chains.normal(u).square()
        small = mean / (1 + bend + (bend * (2 + bend)).sqrt())
        is_small = chains.uniform(u) * (mean + small) < mean
        return torch.where(is_small, 1 / small, small / mean.square())


@dataclass(frozen=True)
class StudentIncrements(IncrementLaw):
    """Student's t: tails like ``|u|^-(dof + 1)``; Cauchy's law for one degree of freedom.

    The variance is ``scale^2`` times an inverse Gamma variable of shape and scale ``dof / 2``.

    Args:
        dof: degrees of freedom, > 0.
        scale: > 0.

    Raises:
        ArgumentError: a number is not above zero.
    """

    dof: float = 1.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        check_level("dof", self.dof, "1 is Cauchy's law")
        check_level("scale", self.scale, "it stretches the law")

    def draw_variances(self, like: Tensor, chains: Chains) -> Tensor:
        """Inverse Gamma variables of shape and scale ``dof / 2``, times ``scale^2``."""
        shape = torch.full_like(like, self.dof / 2)
        return self.scale**2 * self.dof / 2 / chains.gamma(shape)

    def variances_given(self, u: Tensor, chains: Chains) -> Tensor:
        """Inverse Gamma of shape ``(dof + 1) / 2`` and scale ``(dof scale^2 + u^2) / 2``."""
        shape = torch.full_like(u, (self.dof + 1) / 2)
        return (self.dof * self.scale**2 + u.square()) / 2 / chains.gamma(shape)


@dataclass(frozen=True)
class SpikeLaplaceIncrements(LaplaceIncrements):
    """Laplace increments of which most are zero (Bernoulli-Laplace): signals are constant but for jumps.

    Args:
        scale: > 0.
        jumps: the probability that an increment is not zero, in (0, 1).

    Raises:
        ArgumentError: a number is out of its range.
    """

    jumps: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.jumps < 1:
            raise ArgumentError(f"`jumps` must be in (0, 1), got {self.jumps}; take LaplaceIncrements for one.")

    @property
    def rate(self) -> float:
        """``jumps``."""
        return self.jumps
