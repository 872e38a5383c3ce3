"""
Accelerated MRI by a variational network (Sriram et al. 2020), with coil sensitivities that are estimated, not known
====================================================================================================================


::

    python examples/mri_cnn_varnet.py --minutes 30 -o varnet.png
    python examples/mri_cnn_varnet.py --data folder/of/images --minutes 300

Training images are grey pictures (those that scikit-image brings along, or a folder of any) with a smooth random phase,
seen by ``--coils`` coils; of every image ``1 / --acceleration`` of the columns is taken at equal distances, and more in
the middle, from which the sensitivities follow by Walsh's method. As in the publication the modulus is what counts.
The numbers printed are PSNR of moduli on a picture that the training has not seen, beside the zero-filled image and
CG-SENSE with the same sensitivities. ``--size 48 --coils 4 --unrolled 3 --width 16 --rate 3e-3 --steps 40`` takes
ten seconds. ``-o`` writes truth, zero-filled image, CG-SENSE and network side by side.
"""

import argparse
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from preimage.datasets import crop_batch, load_images
from preimage.denoisers.blocks import conv_chain
from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.models import VarNet
from preimage.physics import GaussianNoise, MultiCoilMRI, coils
from preimage.physics.generators import EquispacedMaskGenerator
from preimage.transform import CentredFourier

BATCH, CLIP, SIGMA, MIDDLE = 4, 1.0, 0.01, 0.125


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
    """The true one, with a sampling pattern for each image of a batch."""
    mask = EquispacedMaskGenerator((size, size), args.acceleration, MIDDLE)(batch, rng)["mask"].float()
    return MultiCoilMRI(mask, coils.birdcage((size, size), args.coils), GaussianNoise(SIGMA))


def calibrated(physics: MultiCoilMRI, y: Tensor) -> MultiCoilMRI:
    """The scanner as far as it is known: sensitivities follow from the middle of ``y``."""
    size = y.shape[-1]
    middle = round(MIDDLE * size)
    first = size // 2 - middle // 2
    taper = torch.zeros(size)
    taper[first : first + middle] = torch.hann_window(middle + 2, periodic=False)[1:-1]
    images = CentredFourier().synthesis(y * taper * taper[:, None], tuple(y.shape))
    return physics.replace(maps=coils.walsh(images))


def variational_network(unrolled: int, width: int) -> VarNet:
    """Five convolutions a step, which do nothing at first, so that training starts from gradient descent."""
    networks = [conv_chain(2, 2, width, [1] * 5) for _ in range(unrolled)]
    for network in networks:
        last = network[-1]
        assert isinstance(last, nn.Conv2d)
        nn.init.zeros_(last.weight)
    return VarNet(networks, step_size=1.0, init=lambda y, physics: physics.A_adjoint(y))  # || A || is one at most


def shares(minutes: float, steps: int) -> Iterator[float]:
    """The share of the training that is done, for each step of it."""
    started = time.monotonic()
    for step in range(steps):
        done = max(step / steps, (time.monotonic() - started) / (60 * minutes))
        if done >= 1:
            return
        yield done


def train(network: VarNet, images: list[Tensor], args: argparse.Namespace) -> int:
    """Minimise the mean squared error of moduli; the number of steps done."""
    optimizer = torch.optim.Adam(network.parameters(), args.rate)
    step = 0
    for step, done in enumerate(shares(args.minutes, args.steps), start=1):
        for group in optimizer.param_groups:
            group["lr"] = args.rate * (1 + math.cos(math.pi * done)) / 2
        rng = torch.Generator().manual_seed(args.seed + step)
        x = objects(images, BATCH, args.size, rng)
        physics = scanner(args.size, args, BATCH, rng)
        y = physics(x, rng)
        loss = (network(y, calibrated(physics, y)).abs() - x.abs()).square().mean()
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
    parser.add_argument("--unrolled", type=int, default=8)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3, help="the learning rate at the start")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", "-o", type=Path)
    args = parser.parse_args()
    *images, held = pictures(args.data)
    torch.manual_seed(args.seed)
    network = variational_network(args.unrolled, args.width)
    print(f"{train(network, images, args)} steps of training")
    rng = torch.Generator().manual_seed(2**31 - 1)
    x = objects([held], 4, args.size, rng)
    physics = scanner(args.size, args, 4, rng)
    y = physics(x, rng)
    known = calibrated(physics, y)
    with torch.no_grad():
        found = {
            "zero-filled": known.A_adjoint(y),
            "CG-SENSE": known.solve_regularized(y, SIGMA),
            "VarNet": network(y, known),
        }
    psnr = {name: PSNR()(x_hat.abs(), x.abs()).mean().item() for name, x_hat in found.items()}
    print(*(f"{name}: {value:.2f} dB" for name, value in psnr.items()), sep="\n")
    if args.output is not None:
        sheet = torch.cat([x[0].abs(), *(x_hat[0].abs() for x_hat in found.values())], -1)
        ImageFile.from_array(sheet.permute(1, 2, 0).clamp(0, 1).numpy()).write(args.output)
    assert psnr["VarNet"] > psnr["zero-filled"] + 1.5, "the network is no better than the zero-filled image"
    assert psnr["VarNet"] > psnr["CG-SENSE"] + 0.1, "the network is no better than CG-SENSE"


if __name__ == "__main__":
    main()
