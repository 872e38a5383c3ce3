#!/usr/bin/env bash
# Pillow: the further bands of a TIFF picture with RGB and more (near infrared, say) are dropped without a word.
# A TIFF of 8 bits whose ExtraSamples say "unspecified" opens as mode RGB; getbands, the array and what is saved again have three
# bands, and nothing in the image tells that there were four, five or six, but for the tag 277 (SamplesPerPixel).
# Expected: an error, as for 16 bits, or a warning. Of 16 bits Pillow cannot identify the file, which is safe.
# Remedy: compare tag 277 with len(image.getbands()), or read TIFF with tifffile.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 tifffile==2026.3.3

cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import io

import numpy as np
import PIL
import tifffile
from PIL import Image, UnidentifiedImageError


def written(bands, dtype):
    buffer = io.BytesIO()
    samples = np.arange(8 * 9 * bands).reshape(8, 9, bands).astype(dtype)
    tifffile.imwrite(
        buffer, samples, photometric="rgb", extrasamples=["unspecified"] * (bands - 3), planarconfig="contig",
        metadata=None,
    )
    buffer.seek(0)
    return buffer


print("Pillow", PIL.__version__, "tifffile", tifffile.__version__)
for bands in (4, 5, 6):
    image = Image.open(written(bands, "uint8"))
    told = image.tag_v2[277]
    print(f"{bands} bands of 8 bits: mode {image.mode}, array {np.asarray(image).shape}, SamplesPerPixel {told}")
    assert (image.mode, np.asarray(image).shape, told) == ("RGB", (8, 9, 3), bands), "the behaviour has changed"
    assert tifffile.imread(written(bands, "uint8")).shape == (8, 9, bands), "the remedy has changed"
try:
    image = Image.open(written(5, "uint16"))
except UnidentifiedImageError:
    print("5 bands of 16 bits: not identified")
else:
    raise AssertionError(f"the behaviour has changed: {image.mode}")
PYTHON
