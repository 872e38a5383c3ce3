"""Metrics against their peers, in one run on one thread: ratios of processor time, below 1 where ours is faster.

    OMP_NUM_THREADS=1 python benchmarks/metrics.py [--size 512] [--memory]

torchmetrics is a requirement of the tests; piq is timed where it is installed. Calls of ours and of a peer alternate,
and the shortest of each counts. With ``--memory`` the most that each metric holds beside its two images, in multiples
of one of them, for images of that size and of twice the side: where memory is linear they are the same.
"""

import argparse
import importlib
import importlib.util
import os
import resource
import time
from collections.abc import Callable

import torch
from torch import Tensor

from preimage import metric

Call = Callable[[Tensor, Tensor], object]


def torchmetrics_calls() -> dict[str, Call]:
    """Peers by the metric that they compute, on images in [0, 1]."""
    image = importlib.import_module("torchmetrics.functional.image")
    return {
        "SSIM": lambda a, b: image.structural_similarity_index_measure(a, b, data_range=1.0),
        "MSSSIM": lambda a, b: image.multiscale_structural_similarity_index_measure(a, b, data_range=1.0),
        "VIF": lambda a, b: image.visual_information_fidelity(255 * a, 255 * b),
        "SAM": image.spectral_angle_mapper,
        "ERGAS": image.error_relative_global_dimensionless_synthesis,
        "PSNR": lambda a, b: image.peak_signal_noise_ratio(a, b, data_range=1.0),
    }


def piq_calls() -> dict[str, Call]:
    """The same of piq, or none where it is not installed."""
    if importlib.util.find_spec("piq") is None:
        return {}
    piq = importlib.import_module("piq")
    return {
        "SSIM": lambda a, b: piq.ssim(a, b, downsample=False),
        "MSSSIM": piq.multi_scale_ssim,
        "GMSD": piq.gmsd,
        "HaarPSI": piq.haarpsi,
        "VIF": piq.vif_p,
    }


def ratio(ours: Call, theirs: Call, pair: tuple[Tensor, Tensor], repeats: int) -> float:
    """Our shortest processor time over theirs."""
    best = {ours: float("inf"), theirs: float("inf")}
    for _ in range(repeats + 1):  # the first compiles
        for call in best:
            started = time.process_time()
            call(*pair)
            best[call] = min(best[call], time.process_time() - started)
    return best[ours] / best[theirs]


def held(own: Call, size: int) -> float:
    """The most that a call holds beside its images, in multiples of one of them, in a process of its own."""
    read, write = os.pipe()
    if not os.fork():
        x = torch.rand(1, 3, size, size)
        pair = (x * 0.9, x)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with torch.no_grad():
            own(*pair)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(write, str(1024 * grown / (4 * x.numel())).encode())
        os._exit(0)
    os.wait()
    os.close(write)
    with os.fdopen(read) as answer:
        return float(answer.read())


def print_memory(size: int) -> None:
    for name in ("SSIM", "MSSSIM", "GMSD", "HaarPSI", "VIF", "SAM", "ERGAS", "PSNR", "MAE", "CosineSimilarity"):
        own = vars(metric)[name]()
        own(torch.rand(1, 3, 192, 192), torch.rand(1, 3, 192, 192))  # compiles
        print(f"{name:18}{held(own, size):8.2f}{held(own, 2 * size):8.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Metrics against their peers.")
    parser.add_argument("--size", type=int, default=512, help="pixels a side")
    parser.add_argument("--memory", action="store_true", help="measure memory, not time")
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.memory:
        return print_memory(args.size)
    rng = torch.Generator().manual_seed(0)
    x = torch.rand(1, 3, args.size, args.size, generator=rng)
    pair = ((x + 0.1 * torch.randn(x.shape, generator=rng)).clamp(0, 1), x)
    for peer, calls in (("torchmetrics", torchmetrics_calls()), ("piq", piq_calls())):
        for name, call in calls.items():
            own = vars(metric)[name]()
            with torch.no_grad():
                print(f"{name:8} / {peer:12} {ratio(own, call, pair, args.repeats):6.2f}", flush=True)


if __name__ == "__main__":
    main()
