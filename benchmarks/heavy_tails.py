"""Samplers where tails are heavy: signals of 64 numbers with independent increments, against a long exact chain.

    OMP_NUM_THREADS=1 python benchmarks/heavy_tails.py [--signals 20] [--guided 8]

The setting is that of zacmar/dps-benchmark (ICLR 2026), made small enough for a processor: increments are normal
(variance 0.25), Laplace (scale 1), zero but for one of ten Laplace, or Student's with 1, 2 or 3 degrees of freedom;
signals are seen with noise, blurred (13 taps), at a third of their places, or at half of their frequencies; noise is 25
dB below the measurement. The gold standard is a chain of IncrementGibbs of its own seed, ten times as long as that in
the table. "Gap" is 10 log10 of the mean squared error of a method's mean over that of the gold standard's mean; "cover"
is the share of true numbers between the quantiles 5 % and 95 % of its samples.

`Wiener` takes increments for normal, of their median deviation. MYULA has the density of Laplace increments.
`--guided` adds diffusion guidance for some of the signals, with the exact denoiser of the law, by short chains.
"""

import argparse
import time
from typing import Any

import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.optim import TVPrior
from preimage.physics import CompressedSensing, Denoising, GaussianNoise
from preimage.sampling import (
    DDIM,
    MCMC,
    MYULA,
    ChainPlan,
    Chains,
    DiffPIR,
    DiffusionSampler,
    PiGDM,
    PosteriorSampler,
    PowerSchedule,
)
from preimage.sampling.increments import (
    GaussianIncrements,
    IncrementGibbs,
    IncrementLaw,
    LaplaceIncrements,
    SpikeLaplaceIncrements,
    StudentIncrements,
)

SIZE = 64
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


class _Mean(torch.autograd.Function):
    """The mean of samples given ``x0 + sigma n``, whose derivative is their covariance over ``sigma^2``."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, samples: Tensor, level: Tensor) -> Tensor:
        mean = samples.mean(1)
        ctx.save_for_backward(samples - mean[:, None], level)
        return mean

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        gaps, level = ctx.saved_tensors
        weights = (gaps * grads[0][:, None]).sum((2, 3, 4), keepdim=True)
        return (gaps * weights).mean(1) / level.square()[:, None, None, None], None, None


class ExactDenoiser(Denoiser):
    """The mean of the signal behind noise of any level, by short chains."""

    def __init__(self, law: IncrementLaw) -> None:
        super().__init__()
        self.model = IncrementGibbs(law, ChainPlan(24, 1, 8, 1))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean, near enough."""
        level = torch.as_tensor(sigma, dtype=x.dtype).reshape(-1).expand(len(x)).clamp_min(1e-6)
        return _Mean.apply(x, self.model.sample(x.detach(), Denoising(GaussianNoise(level))).samples, level)


def wiener(law: IncrementLaw) -> PosteriorSampler:
    """Increments taken for normal ones, of the same median modulus (of those that are not zero, times their rate)."""
    drawn = law.draw(torch.zeros(1, 100_000, dtype=torch.float64), Chains.seeded(9, 1)).abs()
    deviation = float(drawn[drawn > 0].median()) / 0.6745 * law.rate**0.5
    return IncrementGibbs(GaussianIncrements(deviation**2), ChainPlan(200, 1, 0, 1))


def methods(law: IncrementLaw, spread: float) -> dict[str, PosteriorSampler]:
    """Samplers by their names; the first is that of this package for such laws."""
    found: dict[str, PosteriorSampler] = {
        "IncrementGibbs": IncrementGibbs(law, ChainPlan(200, 1, 100, 1)),
        "Wiener": wiener(law),
    }
    if type(law) is LaplaceIncrements:
        found["MYULA"] = MCMC(MYULA(), TVPrior(1 / law.scale), ChainPlan(200, 20, 2000, 1))
    return found


def guided(law: IncrementLaw, spread: float) -> dict[str, PosteriorSampler]:
    """Diffusion guidance with the exact denoiser; levels from ten times the spread of the signals."""
    schedule = PowerSchedule(30, 10 * spread, 0.01)
    denoiser = ExactDenoiser(law)
    return {
        "PiGDM": DiffusionSampler(denoiser, PiGDM(spread), DDIM(1.0), schedule, 24),
        "DiffPIR": DiffusionSampler(denoiser, DiffPIR(), DDIM(1.0), schedule, 24),
    }


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=20)
    parser.add_argument("--guided", type=int, default=0, help="for how many signals")
    parser.add_argument("--laws", nargs="*", default=list(LAWS))
    parser.add_argument("--measured", nargs="*", default=list(operators()))
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'law':10}{'measured':10}{'method':16}{'gap dB':>8}{'cover':>8}{'seconds':>9}")
    for name in args.laws:
        law, rng = LAWS[name], Chains.seeded(2, args.signals)
        x = law.draw(torch.zeros(args.signals, SIZE, dtype=torch.float64), rng).cumsum(1)[:, None, None]
        spread = float(x.abs().median()) / 0.6745
        for kind in args.measured:
            matrix = operators()[kind]
            clean = x.flatten(1) @ matrix.mT
            sigma = (clean.square().mean(1) * 10**-2.5).sqrt().clamp_min(1e-3)
            y = clean + sigma[:, None] * rng.normal(clean)
            physics = CompressedSensing(matrix, (1, 1, SIZE), GaussianNoise(sigma))
            gold = IncrementGibbs(law, ChainPlan(2000, 1, 1000, 1, seed=7)).sample(y, physics).mean()
            tried = {key: (model, args.signals) for key, model in methods(law, spread).items()}
            if args.guided:
                tried |= {key: (model, args.guided) for key, model in guided(law, spread).items()}
            for key, (model, count) in tried.items():
                start = time.process_time()
                part = CompressedSensing(matrix, (1, 1, SIZE), GaussianNoise(sigma[:count]))
                posterior = model.sample(y[:count], part)
                low, high = posterior.quantile((0.05, 0.95)).unbind(1)
                inside = ((low <= x[:count] + 1e-9) & (x[:count] - 1e-9 <= high)).double().mean()
                error = (posterior.mean() - x[:count]).square().mean() / (gold[:count] - x[:count]).square().mean()
                gap, taken = 10 * float(error.log10()), time.process_time() - start
                print(f"{name:10}{kind:10}{key:16}{gap:8.2f}{float(inside):8.3f}{taken:9.1f}", flush=True)


if __name__ == "__main__":
    main()
