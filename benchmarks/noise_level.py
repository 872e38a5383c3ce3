"""How well the noise level of photographs is estimated, in grey levels of 255.

    OMP_NUM_THREADS=1 python benchmarks/noise_level.py [every]

Mean absolute error and, in brackets, mean error, over the sets in ../shared/data/test (one picture in ``every``; all by
default), with unclipped float noise and after clipping and rounding to 8 bits; processor milliseconds a picture.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from preimage.denoisers import PatchCovarianceNoiseEstimator, WaveletNoiseEstimator

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "test"
LEVELS = (5, 10, 15, 25, 50)
ESTIMATORS = {"patches (default)": PatchCovarianceNoiseEstimator(), "wavelet": WaveletNoiseEstimator()}


def load(path: Path) -> torch.Tensor:
    pixels = np.asarray(Image.open(path), dtype=np.float32) / 255
    return torch.from_numpy(pixels)[..., None].flatten(2).permute(2, 0, 1)[None]


def row(paths: list[Path], estimator: torch.nn.Module, is_clipped: bool) -> str:
    cells, spent = [], 0.0
    for level in LEVELS:
        errors = []
        for index, path in enumerate(paths):
            x = load(path)
            y = x + level / 255 * torch.randn(x.shape, generator=torch.Generator().manual_seed(index))
            y = (y.clamp(0, 1) * 255).round() / 255 if is_clipped else y
            start = time.process_time()
            errors.append(255 * estimator(y).item() - level)
            spent += time.process_time() - start
        cells.append(f"{np.abs(errors).mean():5.2f} ({np.mean(errors):+5.2f})")
    return "  ".join(cells) + f"{1e3 * spent / len(LEVELS) / len(paths):7.0f}"


def main() -> None:
    torch.set_num_threads(1)
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print(f"{'sigma':36}" + "  ".join(f"{level:^13}" for level in LEVELS) + "     ms")
    for name in ("Set12", "BSD68", "Kodak24"):
        paths = sorted((DATA / name).iterdir())[::every]
        for is_clipped in (False, True):
            for label, estimator in ESTIMATORS.items():
                kind = "8 bit" if is_clipped else "float"
                print(f"{name:8} {kind:6} {label:20} {row(paths, estimator, is_clipped)}", flush=True)


if __name__ == "__main__":
    main()
