#!/usr/bin/env bash
# PyTorch: the generator of a CPU looks at the last 32 bits of a seed only, and remembers all of it.
# manual_seed takes 64 bits and initial_seed gives them back, so that seeds like seed * 2**32 + worker, or hashes of 64 bits, look as
# if they told streams apart. Seeds that agree modulo 2**32 give the same numbers: chains, workers or shards are copies of each other
# and nothing warns. The means of the copies are right, their spread is that of fewer samples.
# Expected: all 64 bits count, as they do in NumPy's seed sequences.
# Remedy: make seeds that differ in their last 32 bits.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import torch

print("torch", torch.__version__)
streams = {}
for seed in (5, 5 + 2**32, 5 + 3 * 2**32, 6):
    generator = torch.Generator().manual_seed(seed)
    streams[seed] = torch.randn(4, generator=generator).tolist()
    print(f"seed {seed}: initial_seed {generator.initial_seed()}, first numbers {streams[seed]}")
assert streams[5] == streams[5 + 2**32] == streams[5 + 3 * 2**32] != streams[6], "the behaviour has changed"
PYTHON
