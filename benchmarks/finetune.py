"""A network of many problems trained on by one measurement of a problem it has not seen: PSNR before and after.

    python benchmarks/finetune.py
    python benchmarks/finetune.py --weights runs/ram/ram.safetensors --problems lensless,compressed-sensing

Every picture is a middle crop of Set12 or Kodak24, measured once (seed 0), and has a copy of the network, which sees
nothing but the measurement. PSNR is that of the result clipped to [0, 1]; seconds are of the processor, one thread.
"""

import argparse
import time
import warnings
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage.datasets import load_images
from preimage.metric import PSNR
from preimage.models import RAM
from preimage.physics import MRI, GaussianNoise, Inpainting, Physics
from preimage.physics.generators import PoissonDiscMaskGenerator
from preimage.simulate import PhysicsDescription
from preimage.training.finetuning import Effort, learn_from_measurements

DATA = Path(__file__).parents[2] / "shared" / "data" / "test"
# None of these operators is in the training.
PROBLEMS = {
    "lensless": PhysicsDescription("lensless", "gaussian:0.002"),
    "compressed-sensing": PhysicsDescription("compressed-sensing", "gaussian:0.01", {"measurements": 0.5}),
    "radio": PhysicsDescription("radio", "gaussian:0.1"),
    "fan": PhysicsDescription("tomography", "gaussian:0.005", {"views": 60, "beam": "fan"}),
    "space-varying-blur": PhysicsDescription("space-varying-blur", "gaussian:0.01", {"kernel": "disk:3"}),
}


def built(name: str, side: int) -> Physics:
    """The physics of a problem."""
    if name == "discs":
        return MRI(PoissonDiscMaskGenerator((side, side), 4)(1, torch.Generator().manual_seed(0))["mask"])
    if name == "quad-bayer":  # cells of 2x2 pixels of a colour
        cell = torch.tensor([[[1, 0], [0, 0]], [[0, 1], [1, 0]], [[0, 0], [0, 1]]])
        mask = cell.repeat_interleave(2, 1).repeat_interleave(2, 2).repeat(1, side // 4, side // 4)
        return Inpainting(mask.float(), GaussianNoise(2.55 / 255))
    return PROBLEMS[name].build((1, side, side))


def quality(x_hat: Tensor, x: Tensor) -> float:
    """PSNR in dB."""
    return float(PSNR()(x_hat.real.clamp(0, 1), x.real))


def main() -> None:
    """Print a line for each problem and picture."""
    parser = argparse.ArgumentParser(description="PSNR before and after finetuning to one measurement.")
    parser.add_argument("--weights", type=Path, help="of the network, where they are not those that ship")
    parser.add_argument("--problems", default=",".join([*PROBLEMS, "discs", "quad-bayer"]))
    parser.add_argument("--pictures", type=int, default=5)
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rate", type=float, default=2e-4)
    args = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    model = zoo.load_reconstructor("ram-compact") if args.weights is None else zoo.load_file(args.weights, RAM())
    for name in args.problems.split(","):
        physics = built(name, args.side)
        colour = name == "quad-bayer"
        images = load_images(DATA / ("Kodak24" if colour else "Set12"), 3 if colour else 1)
        for number, image in enumerate(images[: args.pictures], 1):
            top, left = ((length - args.side) // 2 for length in image.shape[-2:])
            clean = image[None, :, top : top + args.side, left : left + args.side] / 255
            clean = clean.to(torch.complex64) if name == "discs" else clean
            y = physics(clean, rng=torch.Generator().manual_seed(0))
            begun = time.process_time()
            found = learn_from_measurements(model, y, physics, effort=Effort(args.steps, args.rate))
            seconds = time.process_time() - begun
            with torch.no_grad():
                before, after = (quality(m(y, physics), clean) for m in (model, found.model))
            told = f"{before:6.2f} -> {after:6.2f} dB ({after - before:+.2f})"
            print(f"{name:20} {number:02} {told}, {found.steps} steps, best {found.best}, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
