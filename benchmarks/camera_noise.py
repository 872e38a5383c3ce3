"""How well the noise of cameras is told and removed: simulated photographs, against what is known of them.

    OMP_NUM_THREADS=1 python benchmarks/camera_noise.py [every]

Pictures of ../shared/data/test/Kodak24 (one in ``every``, 4 by default) are taken by random cameras: noise of light and
of the sensor in the raw data, demosaicking, white balance, colours, tone curve, JPEG. The true level function is the
standard deviation over twelve such pictures of one scene. For each kind of noise: the level found and the true one (in
grey levels of 255), the share of the bins of brightness within 15 %, in all and in pictures with a trust over 0.5; and
PSNR before, after ``restore denoise --noise gaussian`` and after ``--noise auto``. Then white noise, where today's
estimate of white noise is in brackets, and the pictures as they are.
"""

import io
import math
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from preimage import restore
from preimage.blind import NoiseEstimate, estimate_noise
from preimage.blind.white_noise import find_white_noise
from preimage.degradations import DrawnCamera, Pair
from preimage.physics.generators import CameraPipelineGenerator

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "test" / "Kodak24"
KINDS = ((1e-3, None), (4e-3, None), (1e-3, 95), (4e-3, 90), (1.2e-2, 75))
COPIES = 12
PART = (slice(None), slice(100, 356), slice(200, 456))


def as_picture(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 255


def stored(x: Tensor, quality: int | None) -> Tensor:
    pixels = (255 * x.clamp(0, 1)).round().byte().permute(1, 2, 0).numpy()
    if quality is None:
        return as_picture(pixels)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0 if quality > 92 else 2)
    return as_picture(np.array(Image.open(file)))


def taken(x: Tensor, number: int, shot: float, quality: int | None, seed: int) -> Tensor:
    """Scene ``number`` with read noise as Brooks et al. (2019) have it for the shot noise."""
    drawn = CameraPipelineGenerator().draw(torch.Generator().manual_seed(number))
    red, _, blue = drawn["white_balance"].flatten().tolist()
    colours = tuple(tuple(row) for row in drawn["colour_matrix"].reshape(3, 3).tolist())
    read = math.exp(2.18 * math.log(shot) + 1.2)
    camera = DrawnCamera((red, blue), colours, float(drawn["exposure"]), shot, read, seed)
    return stored(camera.apply(Pair(x[None], x[None])).degraded[0], quality)


def ratios(found: NoiseEstimate, mean: Tensor, variance: Tensor) -> list[float]:
    """Levels found by true ones, in each bin of each channel."""
    told = []
    for c, at in enumerate(found.brightness.tolist()):
        edges = [-1.0, *((a + b) / 2 for a, b in pairwise(at)), 2.0]
        for k, level in enumerate(found.levels[c].tolist()):
            inside = (mean[c] >= edges[k]) & (mean[c] < edges[k + 1])
            if int(inside.sum()) >= 256:
                told.append(level / max(float(variance[c][inside].mean()) ** 0.5, 1e-9))
    return told


def psnr(a: Tensor, b: Tensor) -> float:
    return -10 * math.log10(float((a - b).square().mean()))


def row(pictures: list[tuple[int, Tensor]], shot: float, quality: int | None) -> str:
    every, trusted, levels, true, gains = [], [], [], [], []
    for number, x in pictures:
        copies = torch.stack([taken(x, number, shot, quality, 100 * number + k) for k in range(COPIES)]).double()
        y, mean, variance = copies[0].float(), copies.mean(0), copies.var(0)
        found = estimate_noise(y)
        told = ratios(found, mean, variance)
        every += told
        trusted += told if found.trust > 0.5 else []
        levels.append(255 * found.sigma)
        true.append(255 * float(variance.mean()) ** 0.5)
        part, clean = y[PART], x[PART]
        seen = [restore.denoise(part, noise=noise).image for noise in ("gaussian", "auto")]
        gains.append([psnr(image, clean) for image in (part, *seen)])
    within = [f"{100 * np.mean([0.85 < r < 1.15 for r in some] or [math.nan]):4.0f} %" for some in (every, trusted)]
    before, white, auto = np.mean(gains, 0)
    return (
        f"shot {shot:<7g} JPEG {quality or '-':<4} level {np.mean(levels):5.1f} true {np.mean(true):5.1f}   within "
        f"15 %: {within[0]}, trusted {within[1]}   PSNR {before:.2f}, gaussian {white:.2f}, auto {auto:.2f}"
    )


def main() -> None:
    torch.set_num_threads(1)
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    paths = sorted(DATA.iterdir())[2::step]
    pictures = [(number, as_picture(np.array(Image.open(path).convert("RGB")))) for number, path in enumerate(paths)]
    for shot, quality in KINDS:
        print(row(pictures, shot, quality), flush=True)
    for level in (5, 15, 25):
        told = []
        for number, x in pictures:
            y = stored(x + level / 255 * torch.randn(x.shape, generator=torch.Generator().manual_seed(number)), None)
            found = estimate_noise(y)
            told.append((255 * found.sigma, 255 * find_white_noise(y).sigma, found.is_white))
        sigma, usual, white = np.mean(told, 0)
        print(f"white {level:2}: level {sigma:5.2f} ({usual:5.2f}), white in {100 * white:.0f} %", flush=True)
    told = [(255 * estimate_noise(x).sigma, 255 * find_white_noise(x).sigma) for _, x in pictures]
    print(f"as they are: level {np.mean(told, 0)[0]:.2f} ({np.mean(told, 0)[1]:.2f}), at most {np.max(told, 0)[0]:.2f}")


if __name__ == "__main__":
    main()
