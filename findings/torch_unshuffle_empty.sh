#!/usr/bin/env bash
# PyTorch: pixel_unshuffle of an empty batch gives back the shape it was given; pixel_shuffle gives the right one.
# torch.nn.functional.pixel_unshuffle turns (B, C, H, W) into (B, 4 C, H / 2, W / 2); for B = 0 it returns (0, C, H, W).
# The next convolution then refuses the number of channels. So a network that begins with it has no result for no images.
# Expected: (0, 4 C, H / 2, W / 2), as for every other B, and as its inverse does.
# Remedy: x.unflatten(2, (-1, 2)).unflatten(4, (-1, 2)).permute(0, 1, 3, 5, 2, 4).flatten(1, 3) is the same for all B.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import torch
import torch.nn.functional as F

print("torch", torch.__version__)
for batch in (2, 1, 0):
    down = tuple(F.pixel_unshuffle(torch.rand(batch, 3, 16, 16), 2).shape)
    up = tuple(F.pixel_shuffle(torch.rand(batch, 12, 8, 8), 2).shape)
    print(f"batch of {batch}: pixel_unshuffle {down}, pixel_shuffle {up}")
    assert up == (batch, 3, 16, 16), "the behaviour has changed"
    assert down == ((batch, 12, 8, 8) if batch else (0, 3, 16, 16)), "the behaviour has changed"
x = torch.rand(2, 3, 16, 16)
cells = x.unflatten(2, (-1, 2)).unflatten(4, (-1, 2)).permute(0, 1, 3, 5, 2, 4).flatten(1, 3)
assert torch.equal(cells, F.pixel_unshuffle(x, 2)), "the remedy is another map"
PYTHON
