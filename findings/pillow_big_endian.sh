#!/usr/bin/env bash
# Pillow: compressed TIFF pictures in big-endian order come back with the bytes of each number swapped.
# Image.open of a big-endian TIFF of signed 16-bit, 32-bit or floating-point numbers is right while the file is not compressed. With LZW, deflate or
# PackBits 1 becomes 256 or 16777216, and floats become denormal numbers about 1e-41, without an error or a warning. libtiff has brought decompressed
# numbers into the machine's order, and Pillow swaps them once more; for unsigned 16-bit numbers alone it knows. Big-endian is the order of many Java programs.
# Expected: neither compression nor the order of bytes changes a number; the manual says that with libtiff many kinds of compressed files are read.
# Remedy: tifffile reads all of them; with Pillow, byteswap() where im.tag_v2.prefix is b"MM", the file is compressed and im.mode is "I" or "F".
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6

cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import numpy as np
import PIL
import tifffile
from PIL import Image

print("pillow", PIL.__version__, "tifffile", tifffile.__version__, "numpy", np.__version__)
picture = np.arange(1, 73).reshape(8, 9)
for kind in ("i2", "i4", "f4", "u2"):
    for order in "<>":
        for compression in (None, "lzw", "zlib", "packbits"):
            tifffile.imwrite("t.tif", picture.astype(order + kind), byteorder=order, photometric="minisblack", compression=compression)
            assert np.array_equal(tifffile.imread("t.tif"), picture)
            with Image.open("t.tif") as image:
                read, mode, prefix = np.asarray(image), image.mode, image.tag_v2.prefix
            right = np.array_equal(read, picture)
            print(f"{order}{kind} {compression or 'uncompressed':12} mode {mode:6} first numbers {read[0, :3]} {'' if right else '<- 1 2 3 were written'}")
            swapped = order == ">" and compression is not None and kind != "u2"
            assert right != swapped, "the behaviour has changed"
            if swapped:  # two bytes swapped, or four
                native = np.dtype(kind)
                assert np.array_equal(read.astype(native), picture.astype(native).byteswap()), "the behaviour has changed"
                assert prefix == b"MM" and mode in ("I", "F"), "the remedy has changed"
PYTHON
