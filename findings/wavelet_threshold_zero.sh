#!/usr/bin/env bash
# PyWavelets: a threshold of 0 turns zeros into NaN.
# Shrinking by 0 must change nothing. pywt.threshold(x, 0, "soft") and (x, 0, "garrote") divide the threshold by the magnitude, so a
# coefficient that is exactly 0 becomes 0 / 0 = NaN (with a RuntimeWarning only). Zeros are common among wavelet coefficients of flat pictures,
# and a threshold of 0 is what an estimate of the noise gives there; one NaN then spreads through the inverse transform.
# Expected: the identity, as "hard" gives.
# Remedy: skip the call at 0, or write sign(x) * max(|x| - t, 0) oneself.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 PyWavelets==1.9.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
from importlib.metadata import version

import numpy as np
import pywt

warnings.simplefilter("ignore", RuntimeWarning)
# pywt.__version__ of this wheel may name another release than the one installed.
print("PyWavelets", version("PyWavelets"), "numpy", np.__version__)
x = np.array([-2.0, 0.0, 2.0])
for mode in ("soft", "garrote", "hard"):
    y = pywt.threshold(x, 0, mode)
    print(f"threshold({x}, 0, {mode!r}) = {y}")
    assert bool(np.isnan(y[1])) == (mode != "hard"), "the behaviour has changed"
    assert np.array_equal(y[[0, 2]], x[[0, 2]]), "the behaviour has changed"

picture = np.zeros((16, 16))
picture[:4] = 1.0
approximation, details = pywt.dwt2(picture, "haar")
shrunk = tuple(pywt.threshold(band, 0, "soft") for band in details)
restored = pywt.idwt2((approximation, shrunk), "haar")
lost = int(np.isnan(restored).sum())
print(f"Haar transform of a 16 x 16 picture, details shrunk by 0: {lost} of {picture.size} pixels are NaN")
assert lost > 0, "the behaviour has changed"
PYTHON
