"""Where the time of the main jobs goes, and how near each share is to its floor on this machine.

    OMP_NUM_THREADS=1 python benchmarks/budget.py [--only deblur]

Every operation of PyTorch is timed by itself, in seconds of the processor, and its memory traffic (each argument read,
each result written, once) and arithmetic are counted. Its floor is the longer of two times: traffic at the bandwidth of
a copy, arithmetic at the rate of a matrix product, both measured at the start. What no operation accounts for is Python
and code that works without PyTorch: files, compiled loops; it has no floor here. Jobs that take minutes are measured
on a part, which their names tell.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

Job = Callable[[], object]

# Operations by the beginning of their names; what is not listed is elementwise.
GROUPS = {
    "convolutions": ("convolution", "mkldnn_convolution"),
    "transforms": ("_fft", "fft"),
    "matrix products": ("mm", "bmm", "addmm", "baddbmm", "linalg", "_linalg", "dot"),
    "copies and padding": (
        "copy", "clone", "cat", "stack", "index", "gather", "scatter", "roll", "flip", "constant_pad",
        "replication_pad", "reflection_pad", "_to_copy", "fill", "zero", "slice_backward", "im2col", "col2im",
        "empty", "new_empty", "lift",
    ),
    "sums, sorting": (
        "sum", "mean", "amax", "amin", "max", "min", "sort", "topk", "median", "norm", "var", "std", "cumsum",
    ),
    "random numbers": ("normal", "uniform", "rand", "bernoulli"),
}  # fmt: skip


@dataclass
class Share:
    """Time of one group of operations, and the least it could be, in seconds."""

    seconds: float = 0.0
    floor: float = 0.0
    calls: int = 0


class Ledger(TorchDispatchMode):
    """Accounts for every operation that runs inside."""

    def __init__(self, bandwidth: float, peak: float) -> None:
        super().__init__()
        self.bandwidth, self.peak = bandwidth, peak
        self.shares: dict[str, Share] = defaultdict(Share)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        started = time.process_time()
        out = func(*args, **kwargs)
        seconds = time.process_time() - started
        name = func._schema.name.removeprefix("aten::")
        if not func.is_view:
            share = self.shares[group(name)]
            share.seconds += seconds
            share.calls += 1
            share.floor += max(traffic(name, args, kwargs, out) / self.bandwidth, work(name, args, out) / self.peak)
        return out


def group(name: str) -> str:
    found = (title for title, starts in GROUPS.items() if name.startswith(starts))
    return next(found, "elementwise")


def traffic(name: str, args: Any, kwargs: Any, out: Any) -> int:
    """Bytes that have to move; making memory that nobody has written to moves none."""
    if name.startswith(("empty", "new_empty")):
        return 0
    tensors = [leaf for leaf in (*tree_leaves((args, kwargs)), *tree_leaves(out)) if isinstance(leaf, Tensor)]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def work(name: str, args: Any, out: Any) -> float:
    """Multiplications and additions of what is bound by them."""
    if name.startswith("convolution_backward"):
        return 4 * args[0].numel() * args[2][0].numel()
    if name.startswith(("convolution", "mkldnn_convolution")):
        transposed = len(args) > 6 and args[6] is True
        return 2 * (args[0] if transposed else out).numel() * args[1][0].numel()
    if name.startswith(("mm", "bmm")):
        return 2 * out.numel() * args[0].shape[-1]
    if name.startswith(("addmm", "baddbmm")):
        return 2 * out.numel() * args[1].shape[-1]
    return 0.0


def least(call: Job, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    return min(times)


def machine() -> tuple[float, float]:
    """Bytes a second of a copy (read and written), and operations a second of a matrix product."""
    source, target = torch.rand(1 << 25), torch.rand(1 << 25)
    a, b = torch.rand(1024, 1024), torch.rand(1024, 1024)
    bandwidth = 2 * 4 * source.numel() / least(lambda: target.copy_(source), 7)
    return bandwidth, 2 * 1024**3 / least(lambda: a @ b, 15)


def picture(height: int, width: int, channels: int, level: float = 0.05) -> np.ndarray:
    """Waves and edges in noise, 8 bits."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width] / 100
    clean = 0.5 + 0.2 * np.sin(3 * x * (1 + y)) + 0.2 * (np.sin(x) > 0.3)
    noisy = clean[..., None] + level * rng.standard_normal((height, width, channels))
    return np.uint8(255 * noisy.clip(0, 1)).squeeze()


def denoise(folder: Path) -> Job:
    from PIL import Image

    from preimage import restore

    Image.fromarray(picture(1500, 2000, 3)).save(folder / "noisy.png")

    def call() -> None:
        restored = restore.denoise(folder / "noisy.png")
        restored.image.write(folder / "clean.png", overwrite=True)

    return call


def deblur(folder: Path) -> Job:
    from preimage import restore

    blurred = picture(700, 1000, 3, 0.01)
    return lambda: restore.deblur(blurred, "gaussian:1.6", sigma="2/255", steps=2)


def tv_deblur(folder: Path) -> Job:
    from preimage.optim import PDHG, TVPrior, Variational
    from preimage.physics import Blur, GaussianNoise

    physics = Blur(torch.ones(7, 7) / 49, "circular", noise=GaussianNoise(0.02))
    y = torch.from_numpy(picture(512, 512, 1))[None, None] / 255
    model = Variational(PDHG(), TVPrior(5.0), max_steps=100, tol=None)
    return lambda: model(y, physics)


def groupsc(folder: Path) -> Job:
    from preimage import zoo

    network = zoo.load_denoiser("groupsc-grey")
    x = torch.from_numpy(picture(256, 256, 1))[None, None] / 255

    def call() -> None:
        with torch.inference_mode():
            network(x, 0.05)

    return call


def dip(folder: Path) -> Job:
    from preimage import restore

    noisy = picture(256, 256, 3)
    return lambda: restore.denoise(noisy, method="dip", steps=5)


JOBS: dict[str, Callable[[Path], Job]] = {
    "denoise, file to file, a quarter of 12 MP": denoise,
    "deblur, a third of 2 MP, 2 of 8 steps": deblur,
    "TV deblurring 512x512, 100 steps of PDHG": tv_deblur,
    "GroupSC, a quarter of 512x512, grey": groupsc,
    "deep image prior 256x256, 5 steps": dip,
}


def report(title: str, call: Job, bandwidth: float, peak: float) -> None:
    """Print one table; the job runs three times: to warm up, as it is, and with every operation timed."""
    call()
    total = least(call, 1)
    ledger = Ledger(bandwidth, peak)
    with ledger:
        call()
    told = sum(share.seconds for share in ledger.shares.values())
    print(f"\n### {title}: {total:.2f} s\n")
    print("| share | % | s | floor, s | times its floor | calls |\n|---|---|---|---|---|---|")
    for name, share in sorted(ledger.shares.items(), key=lambda item: -item[1].seconds):
        if share.seconds > 0.005 * total:
            times = f"{share.seconds / share.floor:.1f}" if share.floor else "-"
            print(
                f"| {name} | {100 * share.seconds / total:.0f} | {share.seconds:.3f} | {share.floor:.3f} | {times} "
                f"| {share.calls} |"
            )
    print(f"| Python, files, compiled loops | {100 * (total - told) / total:.0f} | {total - told:.3f} | - | - | - |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="jobs whose title contains this")
    only = parser.parse_args().only
    torch.set_num_threads(1)
    bandwidth, peak = machine()
    print(f"One thread; a copy moves {bandwidth / 1e9:.1f} GB/s, a matrix product does {peak / 1e9:.0f} GFLOP/s.")
    for title, make in JOBS.items():
        if only in title:
            with tempfile.TemporaryDirectory() as folder:
                report(title, make(Path(folder)), bandwidth, peak)


if __name__ == "__main__":
    main()
