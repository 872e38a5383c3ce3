"""One network for many problems beside methods that are made for each: PSNR and time.

    python benchmarks/ram.py --weights runs/ram/ram.safetensors
    python benchmarks/ram.py --weights runs/ram/ram.safetensors --images 4 --tasks deblurring,inpainting

Middle 128x128 crops of Set12 (grey) and of Kodak24 (colour), one noisy copy of each (seed 0). PSNR of the result
clipped to [0, 1], of complex images that of the moduli, the mean over the images; time of the processor for all images,
one thread, in units of one pass of the compact DRUNet. Total variation gets its best: of a grid of weights the one with
the highest PSNR on these very crops. DPIR has the published steps of each task, else eight. The last two operators had
no part in the training of the network: the blur of a lens with aberrations, and Poisson discs of spectra. The weights
saw CBSD400 only.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage.datasets import load_images
from preimage.denoisers import ComplexDenoiser
from preimage.metric import PSNR
from preimage.models import RAM
from preimage.optim import DPIR, PDHG, TVPrior, Variational
from preimage.physics import (
    MRI,
    BlurFFT,
    Demosaicing,
    Denoising,
    Downsampling,
    GaussianNoise,
    Inpainting,
    LinearPhysics,
    MultiCoilMRI,
    ParallelBeam,
    SinglePixelCamera,
    Tomography,
    kernels,
)
from preimage.physics.coils import birdcage
from preimage.physics.generators import (
    DiffractionBlurGenerator,
    GaussianMaskGenerator,
    MotionBlurGenerator,
    PoissonDiscMaskGenerator,
)
from preimage.training.recipes.ram.pixels import defocus
from preimage.training.recipes.ram.recipe import complex_images

DATA = Path(__file__).parents[2] / "shared" / "data" / "test"
SIDE = 128
WEIGHTS = [2.0**k for k in range(-3, 6)]


@dataclass(frozen=True)
class Task:
    """A problem of the table.

    Attributes:
        name: of the row.
        channels: 1 for grey, 3 for colour, 2 for complex images.
        physics: makes the operator with its noise.
        dpir: makes the plug-and-play method of the task from its denoiser.
    """

    name: str
    channels: int
    physics: Callable[[torch.Generator], LinearPhysics]
    dpir: Callable[..., DPIR] = DPIR


def scattered(share: float) -> Callable[[torch.Generator], LinearPhysics]:
    """Pixels seen at random."""
    return lambda rng: Inpainting((torch.rand(SIDE, SIDE, generator=rng) < share).float())


def spectrum(rng: torch.Generator) -> LinearPhysics:
    """A quarter of the columns of the spectrum, more of them in the middle."""
    return MRI(GaussianMaskGenerator((SIDE, SIDE), 4)(1, rng)["mask"], GaussianNoise(2 / 255))


def coils(rng: torch.Generator) -> LinearPhysics:
    """A sixth of the columns, seen by eight coils."""
    mask = GaussianMaskGenerator((SIDE, SIDE), 6)(1, rng)["mask"]
    return MultiCoilMRI(mask, birdcage((SIDE, SIDE), 8), GaussianNoise(1 / 255))


def scan(views: int, extent: float) -> Callable[[torch.Generator], LinearPhysics]:
    """Parallel rays."""
    geometry = ParallelBeam([extent * k / views for k in range(views)], SIDE * 3 // 2)
    return lambda rng: Tomography(geometry, (SIDE, SIDE), noise=GaussianNoise(0.3))


def blurred(kernel: Callable[[torch.Generator], Tensor], sigma: float) -> Callable[[torch.Generator], LinearPhysics]:
    """A periodic blur."""
    return lambda rng: BlurFFT(kernel(rng), GaussianNoise(sigma / 255))


def shaken(rng: torch.Generator) -> Tensor:
    """The kernel of a moving camera."""
    return MotionBlurGenerator(21)(1, rng)["kernel"]


TASKS = (
    Task("denoising, 25/255", 1, lambda rng: Denoising(GaussianNoise(25 / 255)), DPIR.denoising),
    Task("denoising, colour, 25/255", 3, lambda rng: Denoising(GaussianNoise(25 / 255)), DPIR.denoising),
    Task("deblurring, motion", 1, blurred(shaken, 2.55), DPIR.deblurring),
    Task("deblurring, Gaussian 1.6", 1, blurred(lambda rng: kernels.gaussian_blur(1.6), 2), DPIR.deblurring),
    Task("deblurring, defocus 3", 3, blurred(lambda rng: defocus(torch.tensor([3.0]), 21), 2.55), DPIR.deblurring),
    Task(
        "super-resolution x2", 1,
        lambda rng: Downsampling(kernels.bicubic_filter(2), 2, noise=GaussianNoise(2.55 / 255)),
        lambda denoiser: DPIR.superresolution(denoiser, 2),
    ),
    Task("inpainting, half missing", 1, scattered(0.5), DPIR.inpainting),
    Task("inpainting, 80 % missing", 3, scattered(0.2), DPIR.inpainting),
    Task("demosaicking", 3, lambda rng: Demosaicing(noise=GaussianNoise(2.55 / 255)), DPIR.demosaicing),
    Task("compressive, 20 %", 1, lambda rng: SinglePixelCamera((SIDE, SIDE), SIDE**2 // 5, noise=GaussianNoise(0.01))),
    Task("MRI, a quarter", 2, spectrum),
    Task("MRI, 8 coils, a sixth", 2, coils),
    Task("tomography, 40 views", 1, scan(40, 180)),
    Task("tomography, 120 degrees", 1, scan(60, 120)),
    Task(
        "unseen: aberrations", 1,
        blurred(lambda rng: DiffractionBlurGenerator(25, 0.15)(1, rng)["kernel"], 2.55), DPIR.deblurring,
    ),
    Task(
        "unseen: Poisson discs", 2,
        lambda rng: MRI(PoissonDiscMaskGenerator((SIDE, SIDE), 4)(1, rng)["mask"], GaussianNoise(2 / 255)),
    ),
)  # fmt: skip


def crops(channels: int, count: int) -> Tensor:
    """Middle crops of the first pictures, in [0, 1]."""
    folder = DATA / ("Kodak24" if channels == 3 else "Set12")
    found = []
    for image in load_images(folder, 3 if channels == 3 else 1)[:count]:
        top, left = ((length - SIDE) // 2 for length in image.shape[-2:])
        found.append(image[:, top : top + SIDE, left : left + SIDE])
    clean = torch.stack(found).float() / 255
    return complex_images(clean, torch.Generator().manual_seed(1)) if channels == 2 else clean


def quality(estimate: Tensor, clean: Tensor) -> float:
    """PSNR in dB; of complex images that of the moduli."""
    if clean.is_complex():
        estimate, clean = estimate.abs(), clean.abs()
    return float(PSNR()(estimate.real.clamp(0, 1), clean).mean())


def timed(call: Callable[[], Tensor], repeats: int = 1) -> tuple[Tensor, float]:
    """A result, and the least time of the processor, seconds."""
    result, least = call(), float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        result = call()
        least = min(least, time.process_time() - begun)
    return result, least


def row(task: Task, model: RAM, count: int) -> None:
    """Print the PSNR and the time of every method."""
    clean = crops(task.channels, count)
    physics = task.physics(torch.Generator().manual_seed(0))
    y = physics(clean, rng=torch.Generator().manual_seed(0))
    denoiser = zoo.load_denoiser(f"drunet-{'color' if task.channels == 3 else 'grey'}-compact")
    unit = timed(lambda: denoiser(clean.real.contiguous(), 0.1), 3)[1]
    norm = float(physics.norm(clean).max())
    prior = ComplexDenoiser(denoiser) if clean.is_complex() else denoiser
    total_variation = [(Variational(PDHG(), TVPrior(weight * norm**2), max_steps=150, tol=None)) for weight in WEIGHTS]
    tv = max((timed(lambda m=m: m(y, physics)) for m in total_variation), key=lambda found: quality(found[0], clean))
    others = {
        "pseudo-inverse": timed(lambda: physics.A_dagger(y)),
        "TV": tv,
        "DPIR": timed(lambda: task.dpir(prior)(y, physics)),
        "RAM": timed(lambda: model(y, physics), 3),
    }
    cells = [f"{quality(x, clean):6.2f} ({seconds / unit:7.2f})" for x, seconds in others.values()]
    print(f"{task.name:28}", *cells, flush=True)


@torch.no_grad()
def main() -> None:
    """Parse the command line, and print the table."""
    parser = argparse.ArgumentParser(description="One network for many problems beside others.")
    parser.add_argument("--weights", type=Path, required=True, help="what `preimage train ram` made")
    parser.add_argument("--images", type=int, default=6, help="pictures of each set")
    parser.add_argument("--tasks", default="", help="parts of the names of tasks, separated by commas")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = zoo.load_file(args.weights, RAM())
    print(f"{'':28}", *(f"{name:16}" for name in ("pseudo-inverse", "TV, best weight", "DPIR", "RAM")))
    for task in TASKS:
        if any(part in task.name for part in args.tasks.split(",")):
            row(task, model, args.images)


if __name__ == "__main__":
    main()
