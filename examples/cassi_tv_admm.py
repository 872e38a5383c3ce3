"""
Eight colours from one snapshot through a coded mask and a prism (CASSI), by total variation
============================================================================================


::

    python examples/cassi_tv_admm.py ../shared/data/test/Kodak24/kodim23.png -o found.png

The middle 128x128 pixels of the photograph are spread over eight bands between blue and red, each a smooth mixture of
its three colours. The snapshot has one number a pixel for eight unknown ones: the pseudo-inverse, one division, shows
the mask in every band. Total variation of all bands together takes it away. Both errors are printed; the picture
shows the pseudo-inverse, what was found, and the truth, in the colours of three of the bands.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.optim import ADMM, TVPrior, Variational
from preimage.physics import CompressiveSpectralImaging, GaussianNoise

SIDE, BANDS = 128, 8


def bands_of(colours: Tensor) -> Tensor:
    """Eight bands (1, 8, H, W) of red, green and blue (3, H, W), blue first."""
    centres = torch.tensor([BANDS - 1.0, (BANDS - 1) / 2, 0.0])
    shares = torch.exp(-(((torch.arange(BANDS)[:, None] - centres) / 2.5) ** 2))
    return torch.einsum("kc,chw->khw", shares / shares.sum(1, keepdim=True), colours)[None]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="a photograph in colour of 128 pixels or more in each direction")
    parser.add_argument("--output", "-o", type=Path, help="the picture: pseudo-inverse, found, truth")
    parser.add_argument("--steps", type=int, default=100)
    args = parser.parse_args()
    rng = torch.Generator().manual_seed(0)
    photograph = ImageFile.read(args.image)
    top, left = ((size - SIDE) // 2 for size in photograph.pixels.shape[1:])
    x = bands_of(photograph.pixels[:3, top : top + SIDE, left : left + SIDE])
    mask = (torch.rand(1, 1, SIDE, SIDE, generator=rng) < 0.5).float()
    physics = CompressiveSpectralImaging(mask, noise=GaussianNoise(0.01))
    y = physics(x, rng)
    naive = physics.A_dagger(y)
    found = Variational(ADMM(0.003), TVPrior(30.0, coupled=True), max_steps=args.steps)(y, physics)
    before, after = (float(PSNR()(bands.clamp(0, 1), x)) for bands in (naive, found))
    print(f"{BANDS} bands from one snapshot: pseudo-inverse {before:.2f} dB, total variation {after:.2f} dB")
    if args.output is not None:
        sheet = torch.cat([bands[0, [BANDS - 1, BANDS // 2, 0]] for bands in (naive, found, x)], -1)
        ImageFile.from_array(sheet.clamp(0, 1).permute(1, 2, 0).numpy()).write(args.output)
    assert after > before + 3, "total variation is no better than the pseudo-inverse"
