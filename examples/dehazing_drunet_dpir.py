"""
A photograph behind haze, with a denoiser as prior (DPIR)
=========================================================


::

    python examples/dehazing_drunet_dpir.py ../shared/data/test/Kodak24/kodim23.png -o found.png

The middle 192x192 pixels are seen through haze that lies in front of a plane up to the horizon, by a sensor with noise
of 4/255. The inverse subtracts the light of the haze and divides by the part of the scene's light that arrives: far
away that is a fifteenth, and noise becomes fifteen times as strong. In DPIR every pixel counts as much as it was seen.
Both errors are printed; the picture shows what was measured, the inverse, what was found, and the truth.
"""

import argparse
from pathlib import Path

import torch

from preimage import zoo
from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.optim import DPIR
from preimage.physics import GaussianNoise, Haze, Inpainting

SIDE = 192
BETA, NEAR, FAR, AIRLIGHT = 0.15, 1.0, 18.0, (0.80, 0.82, 0.85)  # 1/m, m, m

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="a photograph in colour of 192 pixels or more in each direction")
    parser.add_argument("--output", "-o", type=Path, help="the picture: measured, inverse, found, truth")
    args = parser.parse_args()
    rng = torch.Generator().manual_seed(0)
    photograph = ImageFile.read(args.image)
    top, left = ((size - SIDE) // 2 for size in photograph.pixels.shape[1:])
    x = photograph.pixels[None, :3, top : top + SIDE, left : left + SIDE]
    depth = torch.linspace(FAR, NEAR, SIDE).reshape(1, 1, SIDE, 1).expand(1, 1, SIDE, SIDE)
    haze = Haze(depth, BETA, torch.tensor([AIRLIGHT]), GaussianNoise(4 / 255))
    y = haze(x, rng)
    seen = Inpainting(haze.transmission(x), haze.noise)  # what is left of the scene, once the haze is subtracted
    without = y - haze.A(torch.zeros_like(x))
    naive = seen.A_dagger(without)
    model = DPIR.deblurring(zoo.load_denoiser("drunet-color-compact"))
    with torch.no_grad():
        found = model(without, seen)
    before, after = (float(PSNR()(image.clamp(0, 1), x)) for image in (naive, found))
    print(f"haze of {float(haze.transmission(x).min()):.2f} to {float(haze.transmission(x).max()):.2f}: ", end="")
    print(f"inverse {before:.2f} dB, with a denoiser {after:.2f} dB")
    if args.output is not None:
        sheet = torch.cat([image[0] for image in (y, naive, found, x)], -1)
        ImageFile.from_array(sheet.clamp(0, 1).permute(1, 2, 0).numpy()).write(args.output)
    assert after > before + 3, "the denoiser is no better than the inverse"
