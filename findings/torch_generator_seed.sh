#!/usr/bin/env bash
# PyTorch: the generator on the CPU reads the lowest 32 bits of its seed only.
# torch.Generator().manual_seed takes seeds of 64 bits, and initial_seed gives all of them back; but two seeds that differ by a multiple of
# 2**32 give the same numbers. So a seed that is a 64-bit hash of (seed, epoch, index), or (epoch << 32) + index, has 32 bits: the second gives
# every epoch the same noise, and hashes of 200 000 samples coincide about five times.
# Expected: 64 bits count, as the documentation's range of seeds, and its advice to use large ones, say.
# Remedy: put all that counts into the lowest 32 bits, such as a bijection of the index keyed by the rest.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import torch


def first(seed):
    return torch.rand(3, generator=torch.Generator().manual_seed(seed)).tolist()


print("torch", torch.__version__)
index = 5
for epoch in range(3):
    seed = (epoch << 32) + index
    told = torch.Generator().manual_seed(seed).initial_seed()
    print(f"epoch {epoch}, initial_seed {told}: {first(seed)}")
    assert told == seed and first(seed) == first(index), "the behaviour has changed"
assert first(index + 1) != first(index)
PYTHON
