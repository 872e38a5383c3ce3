#!/usr/bin/env bash
# tifffile: a stack of three or four grey pictures is written as the colour planes of one RGB picture.
# tifffile.imwrite guesses the meaning of an array from its shape. (3, H, W) and (4, H, W) become ONE page of separate colour planes,
# photometric RGB, while (5, H, W) becomes five grey pages. The dtype does not matter: floats are guessed to be colours, too.
# Expected: the first axis counts pages whatever its length, and colour is something one asks for.
# Remedy: always pass photometric="minisblack" (the last lines show that it helps).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tifffile==2026.3.3

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
import tifffile

print("tifffile", tifffile.__version__, "numpy", np.__version__)


def written(count, dtype, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.zeros((count, 32, 40), dtype), **options)
    buffer.seek(0)
    with tifffile.TiffFile(buffer) as file:
        return len(file.pages), file.pages[0].photometric.name


for dtype in ("uint8", "uint16", "float32"):
    for count in (2, 3, 4, 5):
        pages, photometric = written(count, dtype)
        print(f"{count} x 32 x 40 {dtype}: {pages} page(s), {photometric}")
        expected = (1, "RGB") if count in (3, 4) else (count, "MINISBLACK")
        assert (pages, photometric) == expected, "the behaviour has changed"
    pages, photometric = written(3, dtype, photometric="minisblack")
    print(f"3 x 32 x 40 {dtype}, asked for minisblack: {pages} page(s), {photometric}")
    assert (pages, photometric) == (3, "MINISBLACK"), "the remedy has changed"
PYTHON
