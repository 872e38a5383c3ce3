#!/usr/bin/env bash
# MONAI: an anti-aliased Resize darkens the borders of images, by up to a quarter in the corners.
# monai.transforms.Resize(..., anti_aliasing=True) smooths by its own Gaussian filter before it interpolates, and that filter takes zeros beyond the border.
# A constant image of 64 x 64 pixels is no longer constant: at half size a corner is 15 % too dark and 12 % of the pixels are off by more than a hundredth,
# at an eighth 24 % and 44 %; in three dimensions the corners lose 22 % at half size. GaussianSmooth and GaussianSharpen do the same to borders.
# Expected: constants stay, as of scikit-image's resize, which the documentation of the option refers to, and of torch's antialias.
# Remedy: torch.nn.functional.interpolate(..., antialias=True) for pictures, mode="area" for whole factors, or pad by "replicate" before and crop after.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 monai==1.6.1 torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import monai
import torch
from monai.transforms import Resize

print("monai", monai.__version__, "torch", torch.__version__)
flat = torch.ones(1, 64, 64)
for size, corner, share in ((32, 0.846, 0.12), (16, 0.804, 0.23), (8, 0.759, 0.44)):
    small = Resize((size, size), mode="bilinear", anti_aliasing=True)(flat)[0]
    dark = (small < 0.99).float().mean().item()
    print(f"64 -> {size}: corner {small[0, 0]:.3f}, edge {small[0, size // 2]:.3f}, middle {small[size // 2, size // 2]:.3f}; below 0.99: {dark:.0%}")
    assert abs(small[0, 0].item() - corner) < 0.01 and abs(dark - share) < 0.02, "the behaviour has changed"
    assert abs(small[size // 2, size // 2].item() - 1) < 1e-3
    area = Resize((size, size), mode="area")(flat)
    own = torch.nn.functional.interpolate(flat[None], (size, size), mode="bilinear", antialias=True)
    assert (area - 1).abs().max() < 1e-6 and (own - 1).abs().max() < 1e-6, "the remedy has changed"
cube = Resize((16, 16, 16), mode="trilinear", anti_aliasing=True)(torch.ones(1, 32, 32, 32))[0]
print(f"32 -> 16 in three dimensions: corner {cube[0, 0, 0]:.3f}, mean {cube.mean():.3f}")
assert abs(cube[0, 0, 0].item() - 0.779) < 0.01, "the behaviour has changed"
PYTHON
