#!/usr/bin/env bash
# torchmetrics: the universal image quality index depends on the unit of the images: small numbers score 0, though the images are identical.
# The index is a ratio of products of means and variances, so a factor common to both images cancels. universal_image_quality_index adds the
# machine's epsilon, 1.2e-7 for float32, to a denominator of the fourth power of the pixels: reflectances of dark water up to 0.03 lose two thirds of
# the index, up to 0.01 all of it. Through it spectral_distortion_index, whose best value is 0, calls any dark pair of images perfect.
# Expected: one for identical images, and the same value in counts, percents and fractions.
# Remedy: multiply both images by one factor that brings them to 1 or above, or compute in float64.
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
from torchmetrics.functional.image import spectral_distortion_index, universal_image_quality_index

print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
rng = torch.Generator().manual_seed(0)
image = torch.rand(1, 3, 64, 64, generator=rng)
alike = image.mean(1, keepdim=True) + 0.1 * image  # bands that agree; those of the image do not
index, distortion = {}, {}
for scale in (255.0, 1.0, 0.03, 0.01):
    index[scale] = float(universal_image_quality_index(scale * image, scale * image))
    distortion[scale] = float(spectral_distortion_index(scale * image, scale * alike))
    print(f"pixels up to {scale}: index of identical images {index[scale]:.4f}, distortion of unlike ones {distortion[scale]:.4f}")
double = float(universal_image_quality_index(0.01 * image.double(), 0.01 * image.double()))
print(f"pixels up to 0.01 in float64: {double:.4f}")
assert index[255.0] > 0.9999 and index[1.0] > 0.999 and double > 0.9999, "the remedy has changed"
assert index[0.03] < 0.5 and index[0.01] < 0.02, "the behaviour has changed"
assert distortion[255.0] > 0.5 and distortion[0.01] < 0.02, "the behaviour has changed"
PYTHON
