#!/usr/bin/env bash
# astropy: switching quantisation off makes a compressed float picture worse, not exact.
# fits.CompImageHDU quantises float pictures by default (even with GZIP_2, which is a lossless code). quantize_level=0 switches that off, and
# with GZIP_2 the picture is then exact. With RICE_1, the default code, floats are cut to integers instead, without an error: a picture
# in [0, 1) comes back as zeros, and its dtype is still float32.
# Expected: an exact picture, or a refusal, because Rice coding knows only integers.
# Remedy: compression_type="GZIP_2" together with quantize_level=0, or no compression.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 astropy==8.0.2 pyerfa==2.0.1.5 PyYAML==6.0.4 packaging==26.4 \
  astropy-iers-data==0.2026.11.2.0.34.55

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import astropy
import numpy as np
from astropy.io import fits

print("astropy", astropy.__version__, "numpy", np.__version__)
picture = np.random.default_rng(0).random((64, 64), dtype=np.float32)


def read_back(name, **options):
    fits.CompImageHDU(picture, **options).writeto(name)
    result = fits.getdata(name, 1)
    assert result.dtype.kind == "f" and result.dtype.itemsize == 4, "the behaviour has changed"
    print(f"{options}: largest error {np.abs(result - picture).max():.6f}, largest value {result.max():.6f}")
    return result


default = read_back("a.fits", compression_type="GZIP_2")
exact = read_back("b.fits", compression_type="GZIP_2", quantize_level=0)
rice = read_back("c.fits", compression_type="RICE_1", quantize_level=0)
assert not np.array_equal(default, picture), "the behaviour has changed"
assert np.array_equal(exact, picture), "the remedy has changed"
assert not rice.any(), "the behaviour has changed"
PYTHON
