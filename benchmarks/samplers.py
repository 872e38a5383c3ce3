"""How far samples are from the posterior, where it is known: a mixture of 25 Gaussians, seen through a few linear sums.

    python benchmarks/samplers.py --dims 8 80 800 --seeds 20

The setting is that of MCGdiff (Cardoso et al., ICLR 2024, section 4): components N((-8i, -8j) repeated d / 2 times, I)
for i, j in -2..2, random weights; A = U diag(s) V^T with uniform singular values; noise of a level that is uniform in
[0, max s]. The table holds sliced Wasserstein distances (100 directions, 2,000 samples), mean and 1.96 standard errors
over the seeds: two exact sets of samples; the exact conditional denoiser in each sampler, which tests sampler, schedule
and start; and each guidance with the exact denoiser of the prior, whose error is the approximation of the guidance.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.physics import CompressedSensing, Diagonal, GaussianNoise
from preimage.sampling import (
    DAPS,
    DDIM,
    DDNM,
    DDRM,
    DPS,
    SITCOM,
    Chains,
    ConditionalSampler,
    DiffPIR,
    DPMSolver,
    Guidance,
    Heun,
    MeanEstimate,
    MomentMatching,
    PiGDM,
    PnPDM,
    PowerSchedule,
    Sampler,
    TwistedParticles,
)
from preimage.transform import Pixels

SAMPLERS: dict[str, Sampler] = {"DDPM": DDIM(1.0), "DDIM 0": DDIM(0.0), "Heun": Heun(), "DPMSolver": DPMSolver()}


@dataclass(frozen=True)
class Mixture:
    """``sum_k weights_k N(means_k, covariance)`` on vectors, with ``1 + basis diag(variances - 1) basis^T`` for all.

    Attributes:
        log_weights: (k,), up to a constant.
        means: (k, d).
        variances: (r,), those along the basis; it is one in all other directions.
        basis: (d, r), orthonormal columns.
        reach: levels start at so many norms of the spread of the images.
    """

    log_weights: Tensor
    means: Tensor
    variances: Tensor
    basis: Tensor
    reach: float = 20.0

    def denoise(self, x: Tensor, sigma: Tensor) -> Tensor:
        """The mean of the image given noise of level ``sigma``: (B, 1, 1, d)."""
        z, noise = x.flatten(1), sigma.reshape(-1, 1).square()
        wide, along = 1 + noise, self.variances + noise
        part, parts = z @ self.basis, self.means @ self.basis
        squares = z.square().sum(1, keepdim=True) + self.means.square().sum(1) - 2 * z @ self.means.mT
        extra = ((part[:, None] - parts).square() * (1 / along - 1 / wide)[:, None]).sum(2)
        mean = (self.log_weights - 0.5 * (squares / wide + extra)).softmax(1) @ self.means
        rest = z - mean
        turned = (rest @ self.basis * (self.variances / along - 1 / wide)) @ self.basis.mT
        return (mean + rest / wide + turned).reshape(x.shape)

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Samples (count, d)."""
        which = torch.multinomial(self.log_weights.softmax(0), count, replacement=True, generator=rng)
        noise = torch.randn(count, self.means.shape[1], generator=rng, dtype=self.means.dtype)
        return self.means[which] + noise + (noise @ self.basis * (self.variances.sqrt() - 1)) @ self.basis.mT

    def given(self, matrix: Tensor, level: Tensor, y: Tensor) -> "Mixture":
        """The posterior of ``y = matrix x + level n``, of a mixture of unit covariance."""
        _, s, v = torch.linalg.svd(matrix, full_matrices=False)
        residuals = y - self.means @ matrix.mT
        inner = matrix @ matrix.mT + level.square() * torch.eye(len(s), dtype=matrix.dtype)
        solved = torch.linalg.solve(inner, residuals.mT).mT
        weights = self.log_weights - 0.5 * (residuals * solved).sum(1)
        return Mixture(weights, self.means + solved @ matrix, 1 / (1 + s.square() / level.square()), v.mT)


@dataclass(frozen=True)
class Problem:
    """A prior, a measurement, and the posterior."""

    prior: Mixture
    posterior: Mixture
    physics: CompressedSensing
    y: Tensor


def problem(dim: int, rows: int, seed: int, reach: float = 20.0) -> Problem:
    """One of the problems of a seed."""
    rng = torch.Generator().manual_seed(seed)
    grid = torch.cartesian_prod(torch.arange(-2.0, 3.0), torch.arange(-2.0, 3.0)).double()
    means = (-8 * grid).repeat(1, dim // 2)
    weights = torch.randn(25, generator=rng, dtype=torch.float64).square().log()
    prior = Mixture(weights, means, torch.ones(0, dtype=torch.float64), torch.empty(dim, 0, dtype=torch.float64), reach)
    u, _, vt = torch.linalg.svd(torch.randn(rows, dim, generator=rng, dtype=torch.float64), full_matrices=False)
    s = torch.rand(rows, generator=rng, dtype=torch.float64).sort(descending=True).values
    matrix = u @ (s[:, None] * vt)
    level = torch.rand((), generator=rng, dtype=torch.float64) * s.max()
    x = prior.draw(1, rng)
    y = x @ matrix.mT + level * torch.randn(1, rows, generator=rng, dtype=torch.float64)
    physics = CompressedSensing(matrix, (1, 1, dim), GaussianNoise(level))
    return Problem(prior, prior.given(matrix, level, y), physics, y)


def sliced_wasserstein(a: Tensor, b: Tensor, slices: int = 100) -> float:
    """The mean over random directions of the Wasserstein-1 distance of the projections of two sets of equal size."""
    directions = torch.randn(a.shape[1], slices, generator=torch.Generator().manual_seed(0), dtype=a.dtype)
    directions = directions / directions.norm(dim=0)
    return float(((a @ directions).sort(0).values - (b @ directions).sort(0).values).abs().mean())


class Prior(Denoiser):
    """The denoiser of a mixture."""

    def __init__(self, mixture: Mixture) -> None:
        super().__init__()
        self.mixture = mixture

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the image given ``x``."""
        return self.mixture.denoise(x, torch.as_tensor(sigma, dtype=x.dtype))


def schedule_of(steps: int, like: Tensor, prior: Mixture) -> PowerSchedule:
    """From above the prior, with its mean and spread, to zero."""
    shares = prior.log_weights.softmax(0)
    mean = shares @ prior.means
    spread = (1 + shares @ (prior.means - mean).square()).sqrt()
    shape = (1, 1, 1, like.shape[-1])
    top = prior.reach * float((spread.square().sum()).sqrt())
    return PowerSchedule(steps, mean.reshape(shape), spread.reshape(shape), sigma_max=top, sigma_min=0.02)


def sampled(denoiser: MeanEstimate, sampler: Sampler, steps: int, like: Tensor, prior: Mixture) -> Tensor:
    """Samples (n, d) by ``sampler``."""
    schedule = schedule_of(steps, like, prior)
    chains = Chains.seeded(0, len(like))
    return sampler(denoiser, schedule.start(like, chains), schedule.sigmas(), chains).flatten(1)


class Spectral(CompressedSensing):
    """Sums with orthogonal weights, whose structure is known."""

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """The squared norms of the rows."""
        return Diagonal(Pixels(), Pixels(), lambda: self.matrix.square().sum(1)[None].to(like))


def conditional(given: Problem, steps: int, like: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Samples (n, d) of those samplers that put the measurement into their steps."""
    u, s, vt = torch.linalg.svd(given.physics.matrix, full_matrices=False)
    shape = (1, 1, like.shape[-1])
    physics, y = Spectral(s[:, None] * vt, shape, given.physics.noise), (given.y @ u).expand(len(like), -1)
    prior, schedule = Prior(given.prior), schedule_of(steps, like, given.prior)
    samplers: list[ConditionalSampler] = [
        DDNM(prior, 1.0, schedule), DDRM(prior, 0.85, 1.0, schedule), DAPS(prior, 5, schedule),
        PnPDM(prior, 20, schedule), SITCOM(prior, 20, 0.05, schedule),
    ]  # fmt: skip
    for sampler in samplers:
        yield type(sampler).__name__, sampler.prepare(y, physics, like)(Chains.seeded(0, len(like))).flatten(1)


def rows(given: Problem, steps: tuple[int, ...], count: int, part: str) -> Iterator[tuple[str, float]]:
    """Every line of the table for one problem; of the samplers those with the exact denoiser, guidances, or all."""
    exact = given.posterior.draw(count, torch.Generator().manual_seed(1))
    like = torch.empty(count, 1, 1, exact.shape[1], dtype=exact.dtype)
    y = given.y.expand(count, -1)
    yield "exact samples", sliced_wasserstein(given.posterior.draw(count, torch.Generator().manual_seed(2)), exact)
    yield "prior", sliced_wasserstein(given.prior.draw(count, torch.Generator().manual_seed(2)), exact)
    spread = 8 * 2**0.5
    guidances: dict[str, Guidance] = {
        "DPS": DPS(), "PiGDM": PiGDM(spread), "DiffPIR": DiffPIR(), "MomentMatching": MomentMatching(),
    }  # fmt: skip
    for number in steps:
        for name, sampler in SAMPLERS.items():
            x = sampled(given.posterior.denoise, sampler, number, like, given.prior)
            yield f"exact denoiser, {name}, {number} steps", sliced_wasserstein(x, exact)
        if part == "exact":
            continue
        for name, guidance in guidances.items():
            guided = guidance(given.prior.denoise, given.physics, y)
            x = sampled(guided, DDIM(1.0), number, like, given.prior)
            yield f"{name}, DDPM, {number} steps", sliced_wasserstein(x, exact)
        if part == "guided":
            continue
        for name, x in conditional(given, number, like):
            yield f"{name}, {number} steps", sliced_wasserstein(x, exact)
        particles = TwistedParticles(Prior(given.prior), schedule_of(number, like, given.prior), spread, count)
        x = particles.sample(given.y, given.physics).samples[0].flatten(1)
        yield f"TwistedParticles, {number} steps", sliced_wasserstein(x, exact)


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description="Distances of samples to a known posterior.")
    parser.add_argument("--dims", type=int, nargs="+", default=[8, 80])
    parser.add_argument("--measured", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--steps", type=int, nargs="+", default=[20, 100])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--part", choices=["exact", "guided", "all"], default="all", help="how many of the samplers")
    parser.add_argument("--reach", type=float, default=20.0, help="levels start at so many norms of the prior's spread")
    args = parser.parse_args()
    for dim in args.dims:
        for measured in args.measured:
            found: dict[str, list[float]] = {}
            for seed in range(args.seeds):
                given = problem(dim, measured, seed, args.reach)
                for name, value in rows(given, tuple(args.steps), args.samples, args.part):
                    found.setdefault(name, []).append(value)
            print(f"\nd = {dim}, {measured} measured, {args.seeds} seeds")
            for name, values in found.items():
                each = torch.tensor(values)
                error = 1.96 * float(each.std()) / len(values) ** 0.5 if len(values) > 1 else float("nan")
                print(f"  {name:40s} {float(each.mean()):6.2f} +- {error:.2f}", flush=True)


if __name__ == "__main__":
    main()
