#!/usr/bin/env bash
# torchmetrics: the spectral distortion index D_lambda of a batch is that of the averaged quality indices, not of any image.
# spectral_distortion_index averages the universal image quality index over the batch before it takes absolute differences, whatever
# `reduction` says; so distortions of opposite sign cancel. Two pansharpened images of which each alone has a large D_lambda have
# D_lambda = 0 together, the value of perfect ones, and reduction="none" returns one number for the two.
# Expected: one value for each image, or their mean, as of torchmetrics' other image metrics (SSIM, SAM, ERGAS, VIF).
# Remedy: call it for one image at a time.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 torchmetrics==1.9.0 \
  lightning-utilities==0.15.3

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import torch
import torchmetrics
from torchmetrics.functional.image import spectral_angle_mapper, spectral_distortion_index

print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
rng = torch.Generator().manual_seed(0)
base = torch.rand(1, 1, 32, 32, generator=rng)
alike = base.repeat(1, 3, 1, 1) + 0.05 * torch.rand(1, 3, 32, 32, generator=rng)  # bands that agree
unlike = torch.rand(1, 3, 32, 32, generator=rng)  # bands that do not
first = spectral_distortion_index(alike, unlike)
second = spectral_distortion_index(unlike, alike)
both = torch.cat([alike, unlike]), torch.cat([unlike, alike])
together = spectral_distortion_index(*both)
none = spectral_distortion_index(*both, reduction="none")
angles = spectral_angle_mapper(*both, reduction="none")
print(f"D_lambda alone: {float(first):.4f} and {float(second):.4f}; of the two together: {float(together):.6f}")
print(f'with reduction="none": {none.numel()} value for 2 images (the spectral angle mapper gives {len(angles)} maps)')
assert first > 0.5 and second > 0.5, "the behaviour has changed"
assert together < 1e-5 and none.numel() == 1, "the behaviour has changed"
PYTHON
