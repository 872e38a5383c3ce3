"""A denoiser fitted to noisy pictures alone, beside the one that ships, where the truth is known.

    python benchmarks/noisy_folder.py --noise correlated --steps 600
    python benchmarks/noisy_folder.py --noise light

Twenty grey pictures of CBSD400 get noise that goes on from pixel to pixel, of light, or white, and are written as PNG.
``preimage train denoise`` sees these alone; PSNR is that of ``preimage restore denoise`` on the first eight, with the
weights that ship and with those of the folder.
"""

import argparse
import tempfile
from pathlib import Path

import torch
from torch import Tensor

from preimage import restore
from preimage.datasets import load_images
from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.physics import CorrelatedGaussianNoise, GaussianNoise, PoissonGaussianNoise
from preimage.restore.learning import DenoiserTraining, learn_denoiser
from preimage.training import TrainingSteps

BINOMIAL = torch.outer(torch.tensor([1.0, 2, 1]), torch.tensor([1.0, 2, 1]))
NOISES = {
    "correlated": CorrelatedGaussianNoise(BINOMIAL, 20 / 255, 3 / 255),
    "light": PoissonGaussianNoise(0.02, 0.01),
    "white": GaussianNoise(20 / 255),
}


def spoiled(images: list[Tensor], noise: str, folder: Path) -> dict[Path, Tensor]:
    """The truth of each file, float (1, C, H, W)."""
    truth, rng = {}, torch.Generator().manual_seed(0)
    for number, image in enumerate(images):
        x = image[None].float() / 255
        y = NOISES[noise].sample(x, rng)[0].clamp(0, 1)
        path = folder / f"{number:02d}.png"
        ImageFile.from_array((255 * y).round().to(torch.uint8).permute(1, 2, 0).numpy()).write(path)
        truth[path] = x
    return truth


def psnr(truth: dict[Path, Tensor], weights: str | None) -> float:
    """The mean over the first eight files, in dB."""
    some = list(truth.items())[:8]
    scores = [PSNR()(restore.denoise(path, weights=weights).image.pixels[None], x) for path, x in some]
    return float(torch.cat(scores).mean())


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description="Fit a denoiser to noisy pictures alone.")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--noise", choices=sorted(NOISES), default="correlated")
    parser.add_argument("--steps", type=int, default=600)
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        noisy, out = Path(folder) / "noisy", Path(folder) / "run"
        noisy.mkdir()
        truth = spoiled(load_images(args.data / "train" / "CBSD400", 1)[:20], args.noise, noisy)
        print(f"{psnr(truth, None):.2f} dB with the weights that ship", flush=True)
        weights = learn_denoiser(noisy, out, DenoiserTraining(TrainingSteps(args.steps)), say=print)
        print(f"{psnr(truth, str(weights)):.2f} dB with those of the folder, after {args.steps} steps")


if __name__ == "__main__":
    main()
