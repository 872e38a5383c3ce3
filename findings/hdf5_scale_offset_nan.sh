#!/usr/bin/env bash
# h5py and HDF5: with the scale-offset filter a NaN becomes the lowest number of its chunk, or takes the whole chunk with it.
# create_dataset(..., scaleoffset=3) keeps three decimals and packs the numbers of a chunk as integers above its minimum. Comparisons with NaN are false:
# a NaN inside a chunk comes back as the chunk's minimum, an ordinary number. Where it is the first number of a chunk of float32, writing succeeds, and
# no number of that chunk can be read again (filter returned failure during read). Of float64 such a chunk is right. Infinity is kept.
# Expected: NaN, which masks dead pixels and the outside of reconstructions, is kept, or refused when it is written. h5py's manual says of this filter only
# that it rounds floats to so many decimals.
# Remedy: compression="gzip" after rounding, or fill NaN with a number outside the range before one writes, and compare after reading.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 h5py==3.16.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import h5py
import numpy as np

print("h5py", h5py.__version__, "HDF5", h5py.version.hdf5_version, "numpy", np.__version__)


def kept(numbers, dtype, **options):
    """What a data set of one chunk gives back: the numbers, or None where it cannot be read."""
    with h5py.File("t.h5", "w") as file:
        file.create_dataset("d", data=np.array(numbers, dtype), chunks=(len(numbers),), **options)
    with h5py.File("t.h5") as file:
        try:
            return file["d"][()]
        except OSError as error:
            print("   ", error)
            return None


nan = np.nan
for numbers, single, double in (
    ((1.5, -7.25, 2.5, 3), (1.5, -7.25, 2.5, 3), (1.5, -7.25, 2.5, 3)),
    ((1.5, nan, -7.25, 3), (1.5, -7.25, -7.25, 3), (1.5, -7.25, -7.25, 3)),
    ((nan, 1.5, -7.25, 3), None, (nan, 1.5, -7.25, 3)),
    ((1.5, np.inf, -7.25, 3), (1.5, np.inf, -7.25, 3), (1.5, np.inf, -7.25, 3)),
):
    for dtype, expected in (("float32", single), ("float64", double)):
        found = kept(numbers, dtype, scaleoffset=3)
        print(dtype, "written", np.array(numbers), "read", found)
        if expected is None:
            assert found is None, "the behaviour has changed"
        else:
            assert found is not None and np.allclose(found, expected, atol=1e-3, equal_nan=True), "the behaviour has changed"
        for options in ({"compression": "gzip"}, {"compression": "gzip", "shuffle": True}):
            assert np.array_equal(kept(numbers, dtype, **options), np.array(numbers, dtype), equal_nan=True), "the remedy has changed"
PYTHON
