"""The problems of the leaderboard: operators, noise, and crops of pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from preimage.files import ImageFile
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

__all__ = ["SETS", "SIDE", "TASKS", "Task", "crops", "measured"]

DATA = Path(__file__).parents[2] / "shared" / "data" / "test"
SIDE = 128
# The sets of pictures, by the channels of a task; complex images are grey ones with a phase.
SETS = {1: ("Set12", "BSD68"), 2: ("Set12", "BSD68"), 3: ("Kodak24", "Set14")}


@dataclass(frozen=True)
class Task:
    """A problem of the table.

    Attributes:
        name: of the row.
        kind: what methods made for one kind of problem go by.
        channels: 1 for grey, 3 for colour, 2 for complex images.
        physics: makes the operator with its noise.
    """

    name: str
    kind: str
    channels: int
    physics: Callable[[torch.Generator], LinearPhysics]


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
    Task("denoising, 25/255", "noise", 1, lambda rng: Denoising(GaussianNoise(25 / 255))),
    Task("denoising, colour, 25/255", "noise", 3, lambda rng: Denoising(GaussianNoise(25 / 255))),
    Task("deblurring, motion", "blur", 1, blurred(shaken, 2.55)),
    Task("deblurring, Gaussian 1.6", "blur", 1, blurred(lambda rng: kernels.gaussian_blur(1.6), 2)),
    Task("deblurring, defocus 3", "blur", 3, blurred(lambda rng: defocus(torch.tensor([3.0]), 21), 2.55)),
    Task(
        "super-resolution x2", "enlargement", 1,
        lambda rng: Downsampling(kernels.bicubic_filter(2), 2, noise=GaussianNoise(2.55 / 255)),
    ),
    Task("inpainting, half missing", "holes", 1, scattered(0.5)),
    Task("inpainting, 80 % missing", "holes", 3, scattered(0.2)),
    Task("demosaicking", "mosaic", 3, lambda rng: Demosaicing(noise=GaussianNoise(2.55 / 255))),
    Task(
        "compressive, 20 %", "projections", 1,
        lambda rng: SinglePixelCamera((SIDE, SIDE), SIDE**2 // 5, noise=GaussianNoise(0.01)),
    ),
    Task("MRI, a quarter", "spectrum", 2, spectrum),
    Task("MRI, 8 coils, a sixth", "coils", 2, coils),
    Task("tomography, 40 views", "rays", 1, scan(40, 180)),
    Task("tomography, 120 degrees", "rays", 1, scan(60, 120)),
    Task(
        "unseen: aberrations", "blur", 1,
        blurred(lambda rng: DiffractionBlurGenerator(25, 0.15)(1, rng)["kernel"], 2.55),
    ),
    Task(
        "unseen: Poisson discs", "spectrum", 2,
        lambda rng: MRI(PoissonDiscMaskGenerator((SIDE, SIDE), 4)(1, rng)["mask"], GaussianNoise(2 / 255)),
    ),
)  # fmt: skip


def crops(task: Task, folder: str, count: int) -> Tensor:
    """Middle crops of the first pictures of a set that are large enough, in [0, 1]."""
    found: list[Tensor] = []
    for path in sorted((DATA / folder).iterdir()):
        if len(found) == count:
            break
        image = ImageFile.read(path).parts()[0]
        top, left = ((length - SIDE) // 2 for length in image.shape[-2:])
        if min(top, left) >= 0:
            found.append(image[:, top : top + SIDE, left : left + SIDE])
    clean = torch.stack(found).float()
    if len(clean[0]) == 3 and task.channels != 3:
        clean = (clean * torch.tensor([0.299, 0.587, 0.114]).reshape(3, 1, 1)).sum(1, keepdim=True)
    return complex_images(clean, torch.Generator().manual_seed(1)) if task.channels == 2 else clean


def measured(task: Task, clean: Tensor) -> tuple[Tensor, LinearPhysics]:
    """The measurement of each crop, and what made it."""
    physics = task.physics(torch.Generator().manual_seed(0))
    return physics(clean, rng=torch.Generator().manual_seed(0)), physics
