"""
Accelerated MRI with several coils by MoDL (Aggarwal, Mani & Jacob 2019): a network and a least-squares step in turn
====================================================================================================================


::

    python examples/mri_dncnn_modl.py --minutes 30 -o modl.png
    python examples/mri_dncnn_modl.py --data folder/of/images --minutes 300

Training images are grey pictures (those that scikit-image brings along, or a folder of any) with a smooth random phase,
seen by ``--coils`` coils that are known; of every image ``1 / --acceleration`` of the columns is taken, others each
time. The numbers printed are PSNR of moduli on a picture that the training has not seen, beside the zero-filled image
and CG-SENSE. ``--size 48 --coils 4 --unrolled 3 --width 16 --depth 4 --rate 3e-3 --steps 16`` takes ten seconds. ``-o``
writes truth, zero-filled image, CG-SENSE and network side by side.
"""

import argparse
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.datasets import crop_batch, load_images
from preimage.denoisers import DnCNN
from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.models import MoDL
from preimage.physics import GaussianNoise, MultiCoilMRI, coils
from preimage.physics.generators import RandomMaskGenerator

BATCH, CLIP, SIGMA = 4, 1.0, 0.01


def pictures(folder: Path | None) -> list[Tensor]:
    """Grey pictures (1, H, W) of 8 bits, the last of which is kept for the comparison."""
    if folder is not None:
        return load_images(folder, 1)
    from skimage import data

    colour = (data.coffee(), data.chelsea(), data.rocket(), data.astronaut())
    grey = [
        data.coins(),
        data.moon(),
        *(np.round(picture @ (0.299, 0.587, 0.114)) for picture in colour),
        data.camera(),
    ]
    return [torch.from_numpy(picture.astype(np.uint8))[None] for picture in grey]


def objects(pictures: list[Tensor], batch: int, size: int, rng: torch.Generator) -> Tensor:
    """Round parts of pictures, inside the field of view, with a random phase that is a polynomial of degree two."""
    side = torch.linspace(-1, 1, size)
    down, right = torch.meshgrid(side, side, indexing="ij")
    terms = torch.stack([down, right, down * right, down**2, right**2])
    phase = torch.einsum("bn,nhw->bhw", 0.7 * torch.randn(batch, 5, generator=rng), terms)[:, None]
    return torch.polar(crop_batch(pictures, batch, size, rng) * (down**2 + right**2 < 0.7), phase)


def scanner(size: int, args: argparse.Namespace, batch: int, rng: torch.Generator) -> MultiCoilMRI:
    """A sampling pattern for each image of a batch."""
    mask = RandomMaskGenerator((size, size), args.acceleration)(batch, rng)["mask"].float()
    return MultiCoilMRI(mask, coils.birdcage((size, size), args.coils), GaussianNoise(SIGMA))


def shares(minutes: float, steps: int) -> Iterator[float]:
    """The share of the training that is done, for each step of it."""
    started = time.monotonic()
    for step in range(steps):
        done = max(step / steps, (time.monotonic() - started) / (60 * minutes))
        if done >= 1:
            return
        yield done


def train(network: MoDL, images: list[Tensor], args: argparse.Namespace) -> int:
    """Minimise the mean squared error; the number of steps done."""
    optimizer = torch.optim.Adam(network.parameters(), args.rate)
    step = 0
    for step, done in enumerate(shares(args.minutes, args.steps), start=1):
        for group in optimizer.param_groups:
            group["lr"] = args.rate * (1 + math.cos(math.pi * done)) / 2
        rng = torch.Generator().manual_seed(args.seed + step)
        x = objects(images, BATCH, args.size, rng)
        physics = scanner(args.size, args, BATCH, rng)
        loss = (network(physics(x, rng), physics) - x).abs().square().mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
    return step


def main() -> None:
    """Train, and compare on a picture that was not trained on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder of images")
    parser.add_argument("--minutes", type=float, default=30.0, help="of training, at most")
    parser.add_argument("--steps", type=int, default=100_000, help="of training, at most")
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--coils", type=int, default=8)
    parser.add_argument("--acceleration", type=float, default=4.0)
    parser.add_argument("--unrolled", type=int, default=5)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--depth", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1e-3, help="the learning rate at the start")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", "-o", type=Path)
    args = parser.parse_args()
    *images, held = pictures(args.data)
    torch.manual_seed(args.seed)
    network = MoDL(DnCNN(2, args.width, args.depth), args.unrolled, init=lambda y, physics: physics.A_adjoint(y))
    print(f"{train(network, images, args)} steps of training")
    rng = torch.Generator().manual_seed(2**31 - 1)
    x = objects([held], 4, args.size, rng)
    physics = scanner(args.size, args, 4, rng)
    y = physics(x, rng)
    with torch.no_grad():
        found = {
            "zero-filled": physics.A_adjoint(y),
            "CG-SENSE": physics.solve_regularized(y, SIGMA),
            "MoDL": network(y, physics),
        }
    psnr = {name: PSNR()(x_hat.abs(), x.abs()).mean().item() for name, x_hat in found.items()}
    print(*(f"{name}: {value:.2f} dB" for name, value in psnr.items()), sep="\n")
    if args.output is not None:
        sheet = torch.cat([x[0].abs(), *(x_hat[0].abs() for x_hat in found.values())], -1)
        ImageFile.from_array(sheet.permute(1, 2, 0).clamp(0, 1).numpy()).write(args.output)
    assert psnr["MoDL"] > psnr["zero-filled"] + 2, "the network is no better than the zero-filled image"
    assert psnr["MoDL"] > psnr["CG-SENSE"] + 0.2, "the network is no better than CG-SENSE"


if __name__ == "__main__":
    main()
