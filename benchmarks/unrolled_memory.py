"""Memory and time of one training step of an unrolled network, by how its gradient is computed.

    python benchmarks/unrolled_memory.py                  5 and 50 steps, one 128x128 image, DRUNet of widths 16 to 128

Every case runs in a process of its own: it builds everything, trains one step on a small image, and notes by how much
the peak of its resident memory (``ru_maxrss``) grows in a training step on the image. The network is shared by all
steps of proximal gradient descent, so its weights and their gradients are the same for 5 and for 50.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import torch

from preimage.denoisers import DnCNN, DRUNet
from preimage.optim import PGD, PnP
from preimage.optim.unrolled import Checkpointed, GradientRule, Reversible, Stored, Unrolled
from preimage.physics import BlurFFT, GaussianNoise, kernels

RULES: dict[str, GradientRule] = {"Stored": Stored(), "Checkpointed": Checkpointed(), "Reversible": Reversible()}
NETWORKS = {
    "DRUNet 16-128": lambda: DRUNet(1, (16, 32, 64, 128), 2, residual=True),
    "DnCNN 32x8": lambda: DnCNN(1, 32, 8),
}
STEPS = (5, 50)


def training_step(model: Unrolled, physics: BlurFFT, size: int, batch: int) -> None:
    """Forward, backward, update."""
    optimizer = torch.optim.SGD(model.parameters(), 1e-6)
    x = torch.rand(batch, 1, size, size, generator=torch.Generator().manual_seed(0))
    loss = (model(physics.A(x), physics) - x).square().mean()
    loss.backward()
    optimizer.step()


def measure(rule: str, network: str, steps: int, size: int, batch: int) -> dict[str, float]:
    """Peak memory in MB that one step takes beyond the set-up, and its seconds, in this process."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    physics = BlurFFT(kernels.gaussian_blur(1.6), GaussianNoise(2 / 255))
    model = Unrolled(PGD(), PnP(NETWORKS[network](), 25.0), steps, ["step_size"], gradient=RULES[rule])
    training_step(model, physics, 16, 1)
    before, started = peak(), time.perf_counter()
    training_step(model, physics, size, batch)
    return {"MB": peak() - before, "seconds": time.perf_counter() - started}


def peak() -> float:
    """The largest resident memory of this process so far, MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def in_fresh_process(*case: str) -> dict[str, float]:
    """:func:`measure` in a new interpreter."""
    command = [sys.executable, __file__, "--case", *case]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> int:
    """Print the table; the exit status says whether the constant-memory rules are: at most 1.5 times the memory."""
    parser = argparse.ArgumentParser(description="Memory of a training step of 5 and of 50 unrolled steps.")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--network", choices=NETWORKS, default="DRUNet 16-128")
    parser.add_argument("--case", nargs=5, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        rule, network, steps, size, batch = args.case
        print(json.dumps(measure(rule, network, int(steps), int(size), int(batch))))
        return 0
    print(f"{args.batch} image(s) of {args.size}x{args.size}, {args.network}, one thread; peak beyond the set-up")
    print(f"{'':14s}" + "".join(f"{steps:>8d} steps{'':>9s}" for steps in STEPS) + f"{'ratio':>7s}")
    ratios = {}
    for rule in RULES:
        few, many = (in_fresh_process(rule, args.network, str(n), str(args.size), str(args.batch)) for n in STEPS)
        ratios[rule] = many["MB"] / few["MB"]
        cells = "".join(f"{case['MB']:8.0f} MB{case['seconds']:8.1f} s  " for case in (few, many))
        print(f"{rule:14s}{cells}{ratios[rule]:8.2f}", flush=True)
    return 0 if max(ratios["Checkpointed"], ratios["Reversible"]) <= 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
