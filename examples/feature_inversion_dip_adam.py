"""
What the layers of a small network, trained here, know of a photograph: natural pre-images against plain ones
=============================================================================================================


::

    python examples/feature_inversion_dip_adam.py monkey.jpg --data CBSD400 -o inverted.png

The network learns to tell from which photograph a piece was cut, in about a minute. Drawn for each layer are the
photograph and what is found in its place by a deep image prior, by beta-TV, and over the pixels alone.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from preimage.datasets import crop_batch, load_images
from preimage.files import ImageFile
from preimage.models.dip import invert_features, natural
from preimage.optim import BetaTV, PixelFit, TVPrior
from preimage.physics import FeatureMap


def encoder(images: list[Tensor], steps: int) -> nn.Module:
    """Four strided convolutions, then which of ``images`` it is."""
    rng = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    widths = [(3, 24, 5), (24, 48, 5), (48, 96, 3), (96, 128, 3)]
    layers = [nn.Sequential(nn.Conv2d(i, o, k, 2, k // 2), nn.BatchNorm2d(o), nn.ReLU()) for i, o, k in widths]
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, len(images)))
    adam = torch.optim.Adam(network.parameters(), 2e-3)
    for _ in range(steps):
        labels = torch.randint(0, len(images), (32,), generator=rng)
        pieces = torch.cat([crop_batch([images[label]], 1, 64, rng) for label in labels])
        adam.zero_grad()
        nn.functional.cross_entropy(network(pieces), labels).backward()
        adam.step()
    return network


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="a folder of photographs; the first hundred count")
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--steps", type=int, nargs=2, default=(600, 1000), help="of the training, of an inversion")
    parser.add_argument("--size", type=int, default=112, help="rows and columns of the picture")
    args = parser.parse_args()
    x = nn.functional.interpolate(ImageFile.read(args.image).pixels[None], (args.size,) * 2, mode="area")
    network, steps = encoder(load_images(args.data, 3)[:100], args.steps[0]), args.steps[1]
    ways = natural(steps), PixelFit(BetaTV(1e-5, 1.5), steps), PixelFit(max_steps=steps)
    rows = []
    for layer in "123":
        found = [invert_features(FeatureMap(network, layer), x, way, tol=0.05) for way in ways]
        for name, each in zip(("deep image prior", "beta-TV", "pixels alone"), found, strict=True):
            variation = f"total variation {float(TVPrior()(each.x)):.0f} ({float(TVPrior()(x)):.0f} in the photograph)"
            print(f"layer {layer}, {name}: error {float(each.error):.3f}, {variation}, {each.reason[0]}", flush=True)
        rows.append(torch.cat([x, *(each.x for each in found)], 3)[0])
    array = torch.cat(rows, 1).permute(1, 2, 0).mul(255).round().byte().numpy()
    ImageFile.from_array(array).write(args.output)
