#!/usr/bin/env bash
# scikit-image: iradon takes half a turn for granted, whatever angles it is given.
# Filtered back projection is an integral over the angle, so each view weighs as much as the angle it stands for. skimage.transform.iradon
# weighs by pi / (2 * number of views) and never looks at the spacing of theta: 90 views over 90 degrees give the centre of a disk
# the same level as 180 views over 180 degrees, and so do 45 views over 45 degrees.
# Expected: the integral over the angles given, which at the centre of a disk is half as large for half the arc.
# Remedy: weigh views oneself where they do not cover half a turn evenly.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0 tifffile==2026.3.3 \
  ImageIO==2.38.1 lazy-loader==0.6 networkx==3.6.1 packaging==26.4 pillow==13.0.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import skimage
from skimage.transform import iradon, radon

print("scikit-image", skimage.__version__, "numpy", np.__version__)
row, column = np.mgrid[:64, :64] - 32
disk = (np.hypot(row, column) < 20).astype(float)
cases = {
    "180 views over 180 degrees": np.arange(180.0),
    "90 views over 90 degrees": np.arange(90.0),
    "45 views over 45 degrees": np.arange(45.0),
}
for name, theta in cases.items():
    level = iradon(radon(disk, theta=theta), theta=theta)[28:36, 28:36].mean()
    print(f"{name}: level at the centre {level:.4f} (the disk has 1)")
    assert abs(level - 1) < 0.01, "the behaviour has changed"
PYTHON
