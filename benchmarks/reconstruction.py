"""Undersampled MRI and CT of few views: the classical reconstructions, TV and plug-and-play in one table.

    python benchmarks/reconstruction.py [mri] [ct] [--picture FILE ...] [--size 256] [--steps 400]

The object is a grey picture; for MRI it has a smooth phase, is seen by 8 coils, and a quarter of the columns is taken.
CT takes 60 views over half a turn. TV is given the best of a few weights, which needs the truth: a bound for TV. The
others know the noise alone. PSNR is that of moduli, times are processor seconds of one thread.
"""

import argparse
import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

from preimage import zoo
from preimage.denoisers import ComplexDenoiser, Denoiser
from preimage.files import ImageFile
from preimage.optim import DPIR, PDHG, SIRT, Annealing, TVPrior, Variational
from preimage.physics import GaussianNoise, LinearPhysics, MultiCoilMRI, ParallelBeam, Tomography, coils
from preimage.physics.generators import RandomMaskGenerator

SIGMA = 0.01  # of MRI, in units of the image
WEIGHTS = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0)

Methods = dict[str, Callable[[], Tensor]]


def best(candidates: list[Tensor], truth: Tensor) -> Tensor:
    """The candidate nearest to the truth."""
    return min(candidates, key=lambda x: (x.abs() - truth.abs()).square().sum().item())


def tv(y: Tensor, physics: LinearPhysics, truth: Tensor, steps: int) -> Tensor:
    """TV by PDHG under the best of a few weights."""
    found = [Variational(PDHG(), TVPrior(weight), max_steps=steps, tol=None)(y, physics) for weight in WEIGHTS]
    return best(found, truth)


def mri(picture: Tensor, denoiser: Denoiser, steps: int) -> tuple[Tensor, Methods]:
    """The truth and what is tried on its k-space."""
    height, width = picture.shape[-2:]
    down, right = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    x = picture * torch.polar(torch.ones(height, width), 0.6 * right + 0.4 * down**2)
    mask = RandomMaskGenerator((height, width), 4)(1, torch.Generator().manual_seed(0))["mask"]
    physics = MultiCoilMRI(mask, coils.birdcage((height, width), 8), GaussianNoise(SIGMA))
    y = physics(x, torch.Generator().manual_seed(1))
    return x, {
        "zero-filled": lambda: physics.A_adjoint(y),
        "CG-SENSE": lambda: physics.solve_regularized(y, SIGMA),
        "TV": lambda: tv(y, physics, x, steps),
        "PnP": lambda: DPIR(ComplexDenoiser(denoiser), Annealing(steps=24))(y, physics),
    }


def ct(picture: Tensor, denoiser: Denoiser, steps: int) -> tuple[Tensor, Methods]:
    """The truth, which is zero outside of the circle that all views see, and what is tried on its sinogram."""
    height, width = picture.shape[-2:]
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    x = picture * (x**2 + y**2 < 0.95)
    physics = Tomography(ParallelBeam(torch.arange(0, 180, 3.0), width), (height, width), noise=GaussianNoise(0.2))
    y = physics(x, torch.Generator().manual_seed(1))
    start = physics.fbp(y, "hann")
    return x, {
        "FBP, ramp": lambda: physics.fbp(y),
        "FBP, Hann": lambda: start,
        "SIRT, 50 steps": lambda: Variational(SIRT(), max_steps=50, tol=None)(y, physics),
        "TV": lambda: tv(y, physics, x, steps),
        "PnP": lambda: DPIR(denoiser, Annealing(steps=24), init=lambda *_: start)(y, physics),
    }


def main() -> None:
    """Print one table for each of the modalities asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modalities", nargs="*", metavar="mri, ct", help="both by default")
    parser.add_argument(
        "--picture", nargs="+", default=[f"../shared/data/test/Set12/{n}.png" for n in ("01", "03", "08")]
    )
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=400, help="of TV")
    options = parser.parse_args()
    torch.set_num_threads(1)
    denoiser = zoo.load_denoiser("drunet-grey-compact")
    for name in options.modalities or ("mri", "ct"):
        for file in options.picture:
            picture = ImageFile.read(file).parts()[0][None, :1, : options.size, : options.size]
            print(f"{name} of {file}, {picture.shape[-2]} x {picture.shape[-1]}")
            report(*{"mri": mri, "ct": ct}[name](picture, denoiser, options.steps))


def report(truth: Tensor, methods: Methods) -> None:
    """Print the quality and the time of each method."""
    for label, method in methods.items():
        start = time.process_time()
        with torch.no_grad():
            x = method()
        psnr = -10 * math.log10((x.abs() - truth.abs()).square().mean().item())
        print(f"  {label:16s}{psnr:7.2f} dB{time.process_time() - start:8.1f} s", flush=True)


if __name__ == "__main__":
    main()
