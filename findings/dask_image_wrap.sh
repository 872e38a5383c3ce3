#!/usr/bin/env bash
# dask-image: filters with mode="wrap" wrap each chunk around itself, not the image, so that the result depends on the chunks.
# The filters of dask_image.ndfilters pass the mode on to scipy.ndimage for every chunk. What reflects or repeats needs the border's own pixels only; what
# wraps needs those of the opposite side, which are in another chunk. convolve and correlate were mended in 2021 (issue 242, closed), but
# Gaussian, uniform, median, rank, minimum, maximum, Sobel, Prewitt, Laplace and generic filters were not: at the image's borders the values are wrong.
# Expected: the result of scipy.ndimage with the same arguments, whatever the chunks; tests on arrays of one chunk pass.
# Remedy: dask.array.map_overlap of the filter of scipy.ndimage with boundary="periodic" and the depth of the filter.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 dask-image==2026.5.0 dask==2026.8.0 \
  click==8.5.1 cloudpickle==3.1.3 fsspec==2026.9.0 imageio==2.38.1 importlib-metadata==10.2.0 lazy-importer==0.1.0 locket==1.0.0 packaging==26.4 \
  partd==1.4.2 pillow==13.0.0 pims==0.7 PyYAML==6.0.4 slicerator==1.1.0 tifffile==2026.3.3 toolz==1.2.0 zipp==4.1.2

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import dask.array as da
import numpy as np
import scipy.ndimage
from dask_image import ndfilters

print(*(f"{name} {version(name)}" for name in ("dask-image", "dask", "scipy", "numpy")))
image = np.random.default_rng(0).random((24, 30))
whole, parts = da.from_array(image, chunks=-1), da.from_array(image, chunks=(8, 10))
kernel = np.full((3, 3), 1 / 9)
filters = {
    "convolve": {"weights": kernel},
    "correlate": {"weights": kernel},
    "gaussian_filter": {"sigma": 1.0, "truncate": 3.0},
    "uniform_filter": {"size": 3},
    "median_filter": {"size": 3},
    "maximum_filter": {"size": 3},
    "sobel": {"axis": 0},
    "laplace": {},
}
for name, options in filters.items():
    expected = getattr(scipy.ndimage, name)(image, mode="wrap", **options)
    one, many = (getattr(ndfilters, name)(x, mode="wrap", **options).compute() - expected for x in (whole, parts))
    inside = np.abs(many[4:-4, 4:-4]).max()
    print(f"{name}: largest error {np.abs(one).max():.3f} in one chunk, {np.abs(many).max():.3f} in nine", end=" ")
    print(f"({inside:.3f} away from the image's border)")
    assert np.abs(one).max() < 1e-9 and inside < 1e-9, "the behaviour has changed"
    assert (np.abs(many).max() > 0.1) == (name not in ("convolve", "correlate")), "the behaviour has changed"


def blurred(block):
    return scipy.ndimage.gaussian_filter(block, 1.0, truncate=3.0)


periodic = da.map_overlap(blurred, parts, depth=3, boundary="periodic").compute()
assert np.allclose(periodic, scipy.ndimage.gaussian_filter(image, 1.0, truncate=3.0, mode="wrap")), "the remedy has changed"
PYTHON
