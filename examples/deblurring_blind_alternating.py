"""
A picture blurred by an unknown kernel: kernel and picture are found in turns, from a kernel that is far too wide
=================================================================================================================


::

    python examples/deblurring_blind_alternating.py -o sharp.png

Total variation is lowest without any blur, so that the minimum over both unknowns is a kernel of one pixel (Levin,
Weiss, Durand, Freeman, "Understanding and evaluating blind deconvolution algorithms", CVPR 2009). What is wanted is
passed on the way there: a strong prior draws edges first, and a few turns are enough for the kernel that explains them.
With that kernel the picture is then restored under a weak prior.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from preimage import optim, physics
from preimage.files import ImageFile
from preimage.metric import PSNR
from preimage.simulate import sample_picture


def gaussian(width: float, size: int = 9) -> torch.Tensor:
    """A kernel (1, 1, size, size) that sums to one."""
    profile = torch.exp(-0.5 * (torch.arange(size) - size // 2).square() / width**2)
    return (profile[:, None] * profile / profile.sum() ** 2)[None, None]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", "-o", type=Path, help="where the restored picture goes")
    parser.add_argument("--width", type=float, default=1.3, help="standard deviation of the true kernel, in pixels")
    parser.add_argument("--guess", type=float, default=2.2, help="that of the first guess")
    parser.add_argument("--turns", type=int, default=3)
    args = parser.parse_args()
    x = sample_picture(96, 96, 1)[None]
    blur = physics.Blur(gaussian(args.width), "circular", noise=physics.GaussianNoise(0.005))
    y = blur(x, rng=torch.Generator().manual_seed(0))
    guess = blur.replace(kernel=gaussian(args.guess))

    def error(kernel: torch.Tensor) -> float:
        """The distance to the true kernel, as a part of its norm."""
        return float((kernel - blur.kernel).norm() / blur.kernel.norm())

    image = optim.Block(optim.PDHG(), optim.TVPrior(300), steps=30)
    kernel = optim.Block(optim.Backtracking(optim.PGD(), grow=2.0), optim.Simplex(), steps=5)
    model = optim.Alternating("kernel", image, kernel, max_steps=args.turns, tol=None)
    restore = optim.Variational(optim.PDHG(), optim.TVPrior(20), max_steps=500)
    with torch.no_grad():
        found = model.calibrated(guess, model.solve(y, guess).state.theta)
        scores = {
            name: float(PSNR()(restore(y, each), x))
            for name, each in (("guess", guess), ("found", found), ("true", blur))
        }
        sharp = restore(y, found)
    print(f"kernel: relative error {error(guess.kernel):.2f} -> {error(found.kernel):.2f}")
    print(f"picture: PSNR {float(PSNR()(y, x)):.2f} dB, deblurred with the guess {scores['guess']:.2f} dB, ", end="")
    print(f"with the kernel found {scores['found']:.2f} dB, with the true one {scores['true']:.2f} dB")
    if args.output is not None:
        ImageFile(sharp[0].clamp(0, 1), np.dtype(np.uint8)).write(args.output, overwrite=True)
    assert error(found.kernel) < 0.45 * error(guess.kernel), "the kernel was not found"
    assert scores["found"] > max(scores["guess"], float(PSNR()(y, x))) + 4, "the picture is no better"
