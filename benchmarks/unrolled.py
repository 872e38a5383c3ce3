"""Deblurring by unrolled proximal gradient descent, by total variation and by wavelets.

    python benchmarks/unrolled.py                                 trains for ten minutes on two threads
    python benchmarks/unrolled.py --minutes 2 --threads 1
    python benchmarks/unrolled.py --weights runs/unrolled/unrolled.safetensors

Central 128x128 crops of Set12, periodic Gaussian blur of width 1.6, noise of 2/255, one noisy copy (seed 0); PSNR of
the image clipped to [0, 1], averaged over the images. Total variation and wavelets get their best: of a grid of weights
(and of wavelets) the one with the highest PSNR on these very crops. The network saw BSD400 only.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import load_images
from preimage.optim import FISTA, SDMM, TVPrior, Variational, WaveletPrior
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.training import TrainingSession
from preimage.training.recipes.evaluate import deblurring_psnr
from preimage.training.recipes.unrolled import UnrolledRecipe

TV_WEIGHTS = [2.0 ** (k / 2) for k in range(11)]
WAVELET_WEIGHTS = [2.0 ** (k / 2) for k in range(4, 13)]
WAVELETS = ("haar", "db4", "sym8")


class Blurred(Reconstructor):
    """``y`` itself."""

    def forward(self, y: Tensor, physics: Physics) -> Tensor:
        """``y``."""
        return y


def best(
    models: Iterable[tuple[str, nn.Module]], images: list[Tensor], recipe: UnrolledRecipe, size: int
) -> tuple[float, str]:
    """The highest PSNR, and whose it is."""
    return max((deblurring_psnr(model, images, recipe.physics(), size), name) for name, model in models)


def total_variation() -> Iterable[tuple[str, nn.Module]]:
    """One model for each weight of the grid."""
    for weight in TV_WEIGHTS:
        yield f"TV, weight {weight:.3g}", Variational(SDMM(), TVPrior(weight), max_steps=1000, tol=1e-5)


def wavelets() -> Iterable[tuple[str, nn.Module]]:
    """One model for each wavelet and weight of the grid."""
    for name in WAVELETS:
        for weight in WAVELET_WEIGHTS:
            prior = WaveletPrior(weight, name, 4)
            yield f"wavelets, {name}, weight {weight:.3g}", Variational(FISTA(), prior, max_steps=300, tol=1e-5)


def seconds_per_step(data: Path, recipe: UnrolledRecipe) -> float:
    """From two short runs, after one that warms up; what does not grow with the steps cancels."""
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for run, steps in enumerate((2, 2, 12)):
            started = time.perf_counter()
            replace(recipe, steps=steps).train(TrainingSession(data, Path(folder) / str(run)))
            times.append(time.perf_counter() - started)
        return max((times[2] - times[1]) / 10, 0.01)


def trained(args: argparse.Namespace, recipe: UnrolledRecipe) -> tuple[nn.Module, str]:
    """The network, from its file or after training for the time asked."""
    if args.weights is not None:
        from safetensors.torch import load_file

        network = recipe.network()
        network.load_state_dict(load_file(args.weights))
        return network, args.weights.name
    data = args.data / "train" / "BSD400"
    # A long run is a fifth slower a step than a short one; what the estimate misses, the time budget cuts.
    recipe = replace(recipe, steps=max(20, int(50 * args.minutes / seconds_per_step(data, recipe))))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        network = recipe.train(TrainingSession(data, args.out or Path(folder), 60 * args.minutes)).network
        return network, f"trained for {(time.perf_counter() - started) / 60:.1f} min"


def main() -> int:
    """Print the table; the exit status says whether the network is the best."""
    parser = argparse.ArgumentParser(description="Unrolled deblurring next to total variation and wavelets.")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=128, help="of the crops that are scored")
    parser.add_argument("--weights", type=Path, help="a trained network, instead of training one")
    parser.add_argument("--out", type=Path, help="where to keep the trained network")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    recipe, images = UnrolledRecipe(), load_images(args.data / "test" / "Set12", 1)
    rows = [(deblurring_psnr(Blurred(), images, recipe.physics(), args.size), "blurred")]
    rows += [best(models, images, recipe, args.size) for models in (total_variation(), wavelets())]
    network, how = trained(args, recipe)
    rows.append((deblurring_psnr(network, images, recipe.physics(), args.size), f"unrolled PGD, {how}"))
    print(f"Set12, central {args.size}x{args.size}, blur of width {recipe.blur}, noise of {255 * recipe.sigma:.3g}/255")
    for psnr, name in rows:
        print(f"{psnr:6.2f} dB  {name}")
    return 0 if max(rows) == rows[-1] else 1


if __name__ == "__main__":
    sys.exit(main())
