"""What sampling adds to the network, and how much memory a long run takes.

    OMP_NUM_THREADS=1 python benchmarks/sampling_speed.py

* DiffPIR, 20 steps of DDIM on 3x256x256, less network and prox: the time of the sampler with a guided denoiser that
  returns what it gets, with `eta` of 0 (no fresh noise) and of 1, and how much of the latter is drawing the noise.
* DPS: a step over one forward and one backward pass of the network, compact DRUNet in colour on 3x96x96.
* Memory: the peak of a process that does 10 steps of DPS, and of one that does 1000, with a small network.

Times are processor time, the least of several interleaved runs.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor

from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.physics import Denoising, GaussianNoise, Inpainting
from preimage.sampling import DDIM, DPS, Chains, MeanEstimate, PowerSchedule


def least(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Milliseconds of the processor, each the least of ``repeats``, one after the other."""
    found = dict.fromkeys(calls, float("inf"))
    for _ in range(repeats):
        for name, call in calls.items():
            start = time.process_time()
            call()
            found[name] = min(found[name], 1000 * (time.process_time() - start))
    return found


def sampler_alone(repeats: int) -> None:
    """Print what 20 steps take beside network and prox."""
    x, sigmas = torch.rand(1, 3, 256, 256), PowerSchedule(20).sigmas()
    chains = Chains.seeded(0, 1)

    def unguided(x: Tensor, sigma: Tensor) -> Tensor:
        return x

    found = least(
        {
            "eta 0": lambda: DDIM(0.0)(unguided, x, sigmas, chains),
            "eta 1": lambda: DDIM(1.0)(unguided, x, sigmas, chains),
            "its noise alone": lambda: [chains.normal(x) for _ in range(20)],
            "torch.randn alone": lambda: [torch.randn_like(x) for _ in range(20)],
        },
        repeats,
    )
    print("20 steps on 3x256x256, ms: " + ", ".join(f"{name} {ms:.1f}" for name, ms in found.items()), flush=True)


def dps(repeats: int) -> None:
    """Print a step of DPS over a forward and a backward pass."""
    network = zoo.load_denoiser("drunet-color-compact").requires_grad_(False)
    x, sigma = torch.rand(1, 3, 96, 96), torch.tensor(0.1)
    mask = (torch.rand(1, 1, 96, 96) < 0.5).float()
    physics = Inpainting(mask, noise=GaussianNoise(0.05))
    guided: MeanEstimate = DPS()(network, physics, physics.A(x))
    sigmas, chains = torch.tensor([0.1, 0.05]), Chains.seeded(0, 1)

    def passes() -> None:
        z = x.clone().requires_grad_()
        with torch.enable_grad():
            value = network(z, sigma)
        torch.autograd.grad(value, z, value)

    found = least({"passes": passes, "step": lambda: DDIM(1.0)(guided, x, sigmas, chains)}, repeats)
    print(f"DPS: {found['step']:.0f} ms a step, {found['step'] / found['passes']:.3f} of the passes", flush=True)


class Small(Denoiser):
    """Two convolutions, sixteen features."""

    def __init__(self) -> None:
        super().__init__()
        self.body = torch.nn.Sequential(
            torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(16, 1, 3, padding=1)
        )

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Between ``x`` and what the convolutions make of it."""
        return x + 0.1 * self.body(x)


def long_run(steps: int) -> None:
    """Sample in so many steps, and print the peak of the memory."""
    x, y = torch.rand(1, 1, 64, 64), torch.rand(1, 1, 64, 64)
    guided = DPS()(Small(), Denoising(GaussianNoise(0.1)), y)
    DDIM(1.0)(guided, x, PowerSchedule(steps).sigmas(), Chains.seeded(0, 1))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> None:
    """Print the three lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--steps", type=int, help="for the child of the third line")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.steps:
        long_run(args.steps)
        return
    sampler_alone(args.repeats)
    dps(args.repeats)
    command = [sys.executable, __file__, "--steps"]
    peaks = [int(subprocess.check_output([*command, str(steps)])) / 1024 for steps in (10, 1000)]
    print(f"memory: peak {peaks[0]:.0f} MB of 10 steps, {peaks[1]:.0f} MB of 1000")


if __name__ == "__main__":
    main()
