#!/usr/bin/env bash
# imagecodecs: JPEG XL with distance=0 is lossy, though leaving distance out is lossless.
# In JPEG XL, distance 0 is the name of mathematically lossless coding (cjxl -d 0). imagecodecs.jpegxl_encode(x) is lossless by default,
# but jpegxl_encode(x, distance=0) changes pixels by a few levels of 255.
# Expected: asking for distance 0 is the most faithful thing one can ask for, never worse than the default.
# Remedy: pass lossless=True, alone or together with the distance, and decode once to verify.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 imagecodecs==2026.3.6

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import imagecodecs
import numpy as np

print("imagecodecs", imagecodecs.__version__, "libjxl:", imagecodecs.jpegxl_version())
picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def largest_error(**options):
    decoded = imagecodecs.jpegxl_decode(imagecodecs.jpegxl_encode(picture, **options))
    return int(np.abs(decoded.astype(int) - picture).max())


errors = {}
for options in ({}, {"distance": 0}, {"lossless": True}, {"distance": 0, "lossless": True}):
    errors[str(options)] = largest_error(**options)
    print(f"options {options}: largest error {errors[str(options)]} of 255")
assert [error > 0 for error in errors.values()] == [False, True, False, False], "the behaviour has changed"
PYTHON
