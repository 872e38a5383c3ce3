"""Blind sampling where the posterior is known: three kernels, white Gaussian images, one measurement of both.

    python benchmarks/blind_posterior.py

Images have independent pixels of mean 0.5 and deviation 0.3; the kernel is one of three, as likely each; noise is 0.05.
Given the kernel everything is Gaussian, so that the probability of each kernel is known: "exact" is that of the kernel
that was there, the mean over problems. A sample counts for the kernel that it is nearest to. "Distance" is half the sum
of the differences of the three probabilities (total variation), to which the number of samples adds some: that of
exact samples is told beside "exact".
"""

import argparse

import torch
from torch import Tensor

from preimage.denoisers import Denoiser, ExampleDenoiser
from preimage.physics import Blur, GaussianNoise
from preimage.sampling import (
    DPS,
    BlindSampler,
    DiffusionSampler,
    Guidance,
    MomentMatching,
    ParameterPrior,
    PowerSchedule,
)

MEAN, SPREAD, NOISE = 0.5, 0.3, 0.05
PROFILES = torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0], [0.05, 0.25, 0.4, 0.25, 0.05], [0.0, 0.0, 0.5, 0.5, 0.0]])
KERNELS = (PROFILES[:, :, None] * PROFILES[:, None])[:, None].double()
PRIOR = ParameterPrior(ExampleDenoiser(KERNELS), KERNELS.mean(0, True), KERNELS.std(0, keepdim=True))


class WhiteImages(Denoiser):
    """The denoiser of the images."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean given ``x``."""
        noise = torch.as_tensor(sigma, dtype=x.dtype).square()
        return MEAN + (x - MEAN) * SPREAD**2 / (SPREAD**2 + noise)


def blur(kernels: Tensor) -> Blur:
    """The physics with these kernels."""
    return Blur(kernels, "circular", noise=GaussianNoise(NOISE))


def probabilities(y: Tensor) -> Tensor:
    """Of the kernels given each of ``y`` (B, 1, H, W): (B, 3)."""
    size = y[0].numel()
    units, logs = torch.eye(size, dtype=y.dtype).reshape(size, *y.shape[1:]), []
    for kernel in KERNELS:
        columns = blur(kernel[None]).A(units).flatten(1)
        covariance = SPREAD**2 * columns.mT @ columns + NOISE**2 * torch.eye(size, dtype=y.dtype)
        law = torch.distributions.MultivariateNormal(MEAN * columns.sum(0), covariance)
        logs.append(law.log_prob(y.flatten(1)))
    return torch.stack(logs, 1).softmax(1)


def shares(kernels: Tensor) -> Tensor:
    """How often samples (B, S, 1, h, w) are nearest to each of the kernels: (B, 3)."""
    gaps = (kernels[:, :, None] - KERNELS).square().flatten(3).sum(3)
    return torch.nn.functional.one_hot(gaps.argmin(2), len(KERNELS)).double().mean(1)


def main() -> None:
    """Print a line for each size and guidance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, nargs="+", default=[3, 4, 8])
    parser.add_argument("--problems", type=int, default=6)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--steps", type=int, default=20)
    args = parser.parse_args()
    guidances: dict[str, Guidance] = {"MomentMatching": MomentMatching(), "DPS": DPS()}
    schedule = PowerSchedule(args.steps, MEAN, SPREAD, sigma_max=5.0, sigma_min=0.01)
    for side in args.sides:
        rng = torch.Generator().manual_seed(0)
        which = torch.randint(3, (args.problems,), generator=rng)
        x = MEAN + SPREAD * torch.randn(args.problems, 1, side, side, generator=rng, dtype=torch.float64)
        y = blur(KERNELS[which])(x, rng=rng)
        exact, each = probabilities(y), torch.arange(args.problems)
        drawn = torch.multinomial(exact, args.samples, replacement=True, generator=rng)
        lines = {"exact": torch.nn.functional.one_hot(drawn, 3).double().mean(1)}
        for name, guidance in guidances.items():
            chain = DiffusionSampler(WhiteImages(), guidance, None, schedule, args.samples)
            found = BlindSampler(chain, "kernel", PRIOR).sample_both(y, blur(KERNELS.mean(0, True)))
            lines[name] = shares(found.parameter.samples)
        for name, share in lines.items():
            known = exact if name == "exact" else share
            distance = 0.5 * (share - exact).abs().sum(1).mean()
            print(
                f"{side}x{side} {name:15} {float(known[each, which].mean()):.2f}, distance {float(distance):.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
