#!/usr/bin/env bash
# imagecodecs and tifffile: LERC compression turns NaN into 0, though it is lossless for all other numbers.
# LERC has no NaN; its encoder keeps such pixels in a mask of valid pixels. imagecodecs.lerc_encode(x) writes that mask, and lerc_decode leaves it out unless
# masks=True: the pixels are 0. So tifffile.imwrite(..., compression="lerc") and imread give back 0 where NaN was, in depth maps, elevations and stitched
# mosaics the mark of "nothing measured", and 0 is a measurement. Infinity is kept. libtiff, through which other programs read the file, fills in NaN again.
# Expected: the array that was written, as of every other lossless code of tifffile; or a warning.
# Remedy: another code (zstd with predictor), or decode segments by imagecodecs.lerc_decode(..., masks=True).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tifffile==2026.3.3 imagecodecs==2026.3.6 rasterio==1.4.4 affine==3.0.1 \
  attrs==26.1.0 certifi==2026.10.19.post1 click==8.5.1 click-plugins==1.1.1.2 cligj==0.7.2 pyparsing==3.3.3

cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import imagecodecs
import numpy as np
import rasterio
import tifffile

print("imagecodecs", imagecodecs.__version__, "tifffile", tifffile.__version__, "rasterio", rasterio.__version__, "numpy", np.__version__)
for dtype in ("float32", "float64"):
    depth = np.arange(1, 13, dtype=dtype).reshape(3, 4)
    depth[1, 2], depth[2, 0] = np.nan, np.inf
    for compression in ("zstd", "lerc"):
        tifffile.imwrite("t.tif", depth, photometric="minisblack", compression=compression)
        read = tifffile.imread("t.tif")
        with rasterio.open("t.tif") as file:
            other = file.read(1)
        print(f"{dtype} {compression}: written {depth[1]}, read by tifffile {read[1]}, by GDAL {other[1]}")
        assert np.array_equal(other, depth, equal_nan=True), "the file has changed"
        expected = np.nan_to_num(depth, nan=0, posinf=np.inf) if compression == "lerc" else depth
        assert np.array_equal(read, expected, equal_nan=True), "the behaviour has changed"
    decoded, masks = imagecodecs.lerc_decode(imagecodecs.lerc_encode(depth), masks=True)
    valid = np.broadcast_to(masks, depth.shape).astype(bool)
    assert np.array_equal(np.where(valid, decoded, np.nan), depth, equal_nan=True), "the remedy has changed"
    assert decoded[1, 2] == 0 and not valid[1, 2], "the behaviour has changed"
PYTHON
