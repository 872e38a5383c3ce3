"""Samplers where tails are heavy: signals of 64 numbers with independent increments, against a long exact chain.

    OMP_NUM_THREADS=1 python benchmarks/heavy_tails.py [--signals 20] [--guided 8]

The setting is that of zacmar/dps-benchmark (ICLR 2026), made small enough for a processor: increments are normal
(variance 0.25), Laplace (scale 1), zero but for one of ten Laplace, or Student's with 1, 2 or 3 degrees of freedom;
signals are seen with noise, blurred (13 taps), at a third of their places, or at half of their frequencies; noise is 25
dB below the measurement. The gold standard is a chain of IncrementGibbs of its own seed, `--gold` sweeps long, by
default ten times as many as in the table. "Gap" is 10 log10 of the mean squared error of a method's mean over that of
the gold standard's mean, for the signals drawn; "expected" is what it is on the mean over all signals that explain the
measurements, 10 log10 of one plus the squared distance of the two means over the variance of the posterior: with heavy
tails one signal makes most of the former, and it goes up and down with how far that one is from its mean. "Cover" is
the share of true numbers between two samples that hold it with a probability of 0.9 if the samples are exact: the
second from both ends of 39, or the tenth of 199. The mean of 39 exact samples has a gap of 0.11 dB.

`Wiener` takes increments for normal, of their median deviation. MYULA has the density of Laplace increments.
`--guided` adds diffusion for some of the signals, with the exact denoiser of the law, by short chains: 40 levels, 39
samples; DAPS has 20 levels of two steps, PnPDM 20 of three; of 156 particles every fourth counts. DDRM and DDNM, which
need a known diagonal of `A A^H`, have it where rows are orthogonal: not for the blur.
"""

import argparse
import time
from collections.abc import Iterator

import torch
from torch import Tensor

from preimage.optim import TVPrior
from preimage.physics import CompressedSensing, Diagonal, GaussianNoise
from preimage.sampling import (
    DAPS,
    DDIM,
    DDNM,
    DDRM,
    DPS,
    MCMC,
    MYULA,
    ChainPlan,
    Chains,
    ConditionalSampler,
    DiffPIR,
    MomentMatching,
    PiGDM,
    PnPDM,
    Posterior,
    PosteriorSampler,
    PowerSchedule,
    TwistedParticles,
)
from preimage.sampling.increments import (
    GaussianIncrements,
    IncrementDenoiser,
    IncrementGibbs,
    IncrementLaw,
    LaplaceIncrements,
    SpikeLaplaceIncrements,
    StudentIncrements,
)
from preimage.transform import Pixels

SIZE, COUNT = 64, 39
LAWS: dict[str, IncrementLaw] = {
    "normal": GaussianIncrements(0.25),
    "Laplace": LaplaceIncrements(1.0),
    "spikes": SpikeLaplaceIncrements(1.0, 0.1),
    "Student 1": StudentIncrements(1.0),
    "Student 2": StudentIncrements(2.0),
    "Student 3": StudentIncrements(3.0),
}


def operators() -> dict[str, Tensor]:
    """Matrices of the measurements, (m, 64)."""
    unit, rng = torch.eye(SIZE, dtype=torch.float64), torch.Generator().manual_seed(1)
    taps = torch.exp(-0.5 * (torch.arange(-6.0, 7.0, dtype=torch.float64) / 2).square())
    blur = torch.stack([unit[i : i + 13].mT @ (taps / taps.sum()) for i in range(SIZE - 12)])
    kept = torch.randperm(SIZE, generator=rng)[: SIZE // 3].sort().values
    spectrum = torch.fft.rfft(unit, norm="ortho", dim=0)
    frequencies = torch.cat([torch.arange(6), 6 + torch.randperm(27, generator=rng)[:10]])
    partial = torch.cat([spectrum[frequencies].real, spectrum[frequencies].imag])
    return {"identity": unit, "blur": blur, "places": unit[kept], "spectrum": partial[partial.norm(dim=1) > 1e-9]}


def wiener(law: IncrementLaw) -> PosteriorSampler:
    """Increments taken for normal ones, of the same median modulus (of those that are not zero, times their rate)."""
    drawn = law.draw(torch.zeros(1, 100_000, dtype=torch.float64), Chains.seeded(9, 1)).abs()
    deviation = float(drawn[drawn > 0].median()) / 0.6745 * law.rate**0.5
    return IncrementGibbs(GaussianIncrements(deviation**2), ChainPlan(200, 1, 0, 1))


def methods(law: IncrementLaw) -> dict[str, PosteriorSampler]:
    """Samplers by their names; the first is that of this package for such laws."""
    found: dict[str, PosteriorSampler] = {
        "IncrementGibbs": IncrementGibbs(law, ChainPlan(199, 1, 100, 1)),
        "Wiener": wiener(law),
    }
    if type(law) is LaplaceIncrements:
        found["MYULA"] = MCMC(MYULA(), TVPrior(1 / law.scale), ChainPlan(199, 20, 2000, 1))
    return found


class OrthogonalSums(CompressedSensing):
    """Sums whose weights are orthogonal, whose structure is known: for DDRM and DDNM."""

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        """The squared norms of the rows."""
        return Diagonal(Pixels(), Pixels(), lambda: self.matrix.square().sum(1)[None].to(like))


def guided(law: IncrementLaw, spread: float, y: Tensor, matrix: Tensor, sigma: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Samples (39, n) of one signal by diffusion with the exact denoiser.

    Levels go from ten times the spread of the signal to a twentieth of the noise.
    """
    every, denoiser = y.expand(COUNT, -1), IncrementDenoiser(law)
    inner = matrix @ matrix.mT
    is_orthogonal = bool((inner - inner.diagonal().diag()).abs().max() < 1e-9)
    made = OrthogonalSums if is_orthogonal else CompressedSensing
    physics = made(matrix, (1, 1, SIZE), GaussianNoise(sigma))
    like = every.new_zeros(COUNT, 1, 1, SIZE)

    def levels(steps: int) -> PowerSchedule:
        return PowerSchedule(steps, 0.0, spread, sigma_max=10 * spread, sigma_min=float(sigma) / 20)

    guidances = {"DPS": DPS(), "PiGDM": PiGDM(spread), "DiffPIR": DiffPIR(), "MomentMatching": MomentMatching()}
    for name, guidance in guidances.items():
        chains, schedule = Chains.seeded(0, COUNT), levels(40)
        x = DDIM(1.0)(guidance(denoiser, physics, every), schedule.start(like, chains), schedule.sigmas(), chains)
        yield name, x.flatten(1)
    steps: list[ConditionalSampler] = [DAPS(denoiser, 2, levels(20)), PnPDM(denoiser, 3, levels(21))]
    if is_orthogonal:
        steps += [DDRM(denoiser, 0.85, 1.0, levels(40)), DDNM(denoiser, 1.0, levels(40))]
    for sampler in steps:
        yield type(sampler).__name__, sampler.prepare(every, physics, like)(Chains.seeded(0, COUNT)).flatten(1)
    particles = TwistedParticles(denoiser, levels(40), spread, 4 * COUNT)
    yield "TwistedParticles", particles.sample(y, physics).samples[0, ::4].flatten(1)


def each_guided(law: IncrementLaw, y: Tensor, matrix: Tensor, sigma: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Samples (B, 39, n); the spread of each signal is that of its Wiener estimate."""
    estimate = wiener(law).sample(y, CompressedSensing(matrix, (1, 1, SIZE), GaussianNoise(sigma))).mean().flatten(1)
    found: dict[str, list[Tensor]] = {}
    for number, spread in enumerate(estimate.square().mean(1).sqrt().tolist()):
        for name, samples in guided(law, spread, y[number : number + 1], matrix, sigma[number]):
            found.setdefault(name, []).append(samples)
    for name, samples in found.items():
        yield name, torch.stack(samples)


def sampled(
    args: argparse.Namespace, law: IncrementLaw, y: Tensor, matrix: Tensor, sigma: Tensor
) -> Iterator[tuple[str, Tensor]]:
    """Samples (B, S, n) of each method."""
    shape = (1, 1, SIZE)
    if not args.only_guided:
        for name, model in methods(law).items():
            yield name, model.sample(y, CompressedSensing(matrix, shape, GaussianNoise(sigma))).samples.flatten(2)
    if args.guided:
        few = slice(args.guided)
        with torch.no_grad():
            yield from each_guided(law, y[few], matrix, sigma[few])


def told(samples: Tensor, x: Tensor, gold: Posterior) -> str:
    """The gap, the expected gap and the coverage of samples (B, S, n) of signals (B, n)."""
    few, k = slice(len(samples)), (samples.shape[1] + 1) // 20
    x, best, least = x[few], gold.mean()[few].flatten(1), gold.variance()[few].flatten(1)
    ranked = samples.sort(1).values
    inside = ((ranked[:, k - 1] <= x + 1e-9) & (x - 1e-9 <= ranked[:, -k])).double().mean()
    mean = samples.mean(1)
    gap = 10 * ((mean - x).square().mean() / (best - x).square().mean()).log10()
    expected = 10 * (1 + (mean - best).square().mean() / least.mean()).log10()
    return f"{float(gap):8.2f}{float(expected):10.2f}{float(inside):8.3f}"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=20)
    parser.add_argument("--guided", type=int, default=0, help="for how many signals")
    parser.add_argument("--gold", type=int, default=2000, help="sweeps of the gold standard after half as many")
    parser.add_argument("--only-guided", action="store_true", help="leave out the methods that need no denoiser")
    parser.add_argument("--laws", nargs="*", default=list(LAWS))
    parser.add_argument("--measured", nargs="*", default=list(operators()))
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'law':10}{'measured':10}{'method':16}{'gap dB':>8}{'expected':>10}{'cover':>8}{'seconds':>9}")
    for name in args.laws:
        law, rng = LAWS[name], Chains.seeded(2, args.signals)
        x = law.draw(torch.zeros(args.signals, SIZE, dtype=torch.float64), rng).cumsum(1)
        for kind in args.measured:
            matrix = operators()[kind]
            clean = x @ matrix.mT
            sigma = (clean.square().mean(1) * 10**-2.5).sqrt().clamp_min(1e-3)
            y = clean + sigma[:, None] * rng.normal(clean)
            physics = CompressedSensing(matrix, (1, 1, SIZE), GaussianNoise(sigma))
            gold = IncrementGibbs(law, ChainPlan(args.gold, 1, args.gold // 2, 1, seed=7)).sample(y, physics)
            start = time.process_time()
            for key, samples in sampled(args, law, y, matrix, sigma):
                taken = time.process_time() - start
                print(f"{name:10}{kind:10}{key:16}{told(samples, x, gold)}{taken:9.1f}", flush=True)
                start = time.process_time()


if __name__ == "__main__":
    main()
