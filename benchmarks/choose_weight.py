"""What the criteria of ``choose_weight`` lose against the best weight.

    OMP_NUM_THREADS=2 python benchmarks/choose_weight.py [side] [pictures]

Deblurring (Gaussian of standard deviation 1.2 pixels, periodic) of pictures of ../shared/data/test/Set12, averaged down
to ``side`` x ``side`` pixels (64 by default; three pictures), with total variation and with wavelets, at two noise
levels. PSNR in dB at the best of 25 weights, which looks at the truth, and at each criterion's choice; seconds each.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from preimage.metric import PSNR
from preimage.optim import (
    FISTA,
    GCV,
    SURE,
    DiscrepancyPrinciple,
    LCurve,
    TVPrior,
    Variational,
    WaveletPrior,
    Whiteness,
    choose_weight,
)
from preimage.physics import BlurFFT, GaussianNoise, kernels

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "test" / "Set12"
CRITERIA = (DiscrepancyPrinciple(), SURE(), GCV(), Whiteness(), LCurve())
PRIORS = {"TV": TVPrior(tol=1e-3), "wavelet": WaveletPrior(wavelet="db2")}
LEVELS = (2.55, 10.0)


def model(prior: torch.nn.Module) -> Variational:
    return Variational(FISTA(), prior, max_steps=150, tol=3e-4)


def oracle(x: Tensor, y: Tensor, physics: BlurFFT, prior: TVPrior | WaveletPrior) -> tuple[float, float]:
    """The best weight of a grid, all tried as one batch, and its PSNR."""
    weights = torch.logspace(-1, 3, 25)
    found = model(prior.replace(weight=weights))(y.expand(25, -1, -1, -1), physics)
    scores = PSNR()(found, x.expand(25, -1, -1, -1))
    return float(weights[scores.argmax()]), float(scores.max())


def row(x: Tensor, level: float, prior: TVPrior | WaveletPrior) -> tuple[list[float], list[str]]:
    physics = BlurFFT(kernels.gaussian_blur(1.2), noise=GaussianNoise(level / 255))
    y = physics(x, rng=torch.Generator().manual_seed(0))
    weight, best = oracle(x, y, physics, prior)
    scores, cells = [best], [f"{best:6.2f} ({weight:6.1f})      "]
    for criterion in CRITERIA:
        start = time.perf_counter()
        choice = choose_weight(model(prior), y, physics, criterion, rng=torch.Generator().manual_seed(1))
        seconds = time.perf_counter() - start
        scores.append(float(PSNR()(choice.x, x)))
        cells.append(f"{scores[-1]:6.2f} ({choice.weight.item():6.1f}) {seconds:4.1f}s")
    return scores, cells


def main() -> None:
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 64
    pictures = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    names = ["best weight", *(type(criterion).__name__ for criterion in CRITERIA)]
    print(f"{'PSNR (weight) seconds':28}" + "  ".join(f"{name:21}" for name in names))
    losses = []
    for path in sorted(DATA.iterdir())[:pictures]:
        pixels = torch.from_numpy(np.asarray(Image.open(path).convert("L"), dtype=np.float32) / 255)
        x = torch.nn.functional.adaptive_avg_pool2d(pixels[None, None], side)
        for level in LEVELS:
            for label, prior in PRIORS.items():
                scores, cells = row(x, level, prior)
                losses.append([scores[0] - score for score in scores])
                print(f"{path.stem:12} {level:5.2f} {label:9}" + "  ".join(cells), flush=True)
    mean, most = torch.tensor(losses).mean(0).tolist(), torch.tensor(losses).amax(0).tolist()
    print(
        f"{'mean (largest) loss in dB':28}"
        + "  ".join(f"{a:6.2f} ({b:6.2f})      " for a, b in zip(mean, most, strict=True))
    )


if __name__ == "__main__":
    main()
