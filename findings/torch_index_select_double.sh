#!/usr/bin/env bash
# PyTorch: index_select along the last axis takes four times as long as gather for float64 and complex numbers, not for float32.
# On a CPU, x.index_select(1, rows) and x.gather(1, rows.expand(len(x), -1)) give the same numbers. With float32 the first is about as
# quick, or quicker. With float64, complex64 or complex128 it takes 3.1 to 4.3 times as long as gather; index_copy_ takes 2.2 to 4.5
# times as long as scatter_, with float32, too. The same holds for one row of 65536 and for 64 rows of 4096.
# Expected: the call that is made for whole rows of indices to be no slower than the one with an index for each number.
# Remedy: gather and scatter with an expanded index, which takes no memory, where entries of the last axis are picked.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import time
from collections.abc import Callable

import torch

print("torch", torch.__version__)
torch.set_num_threads(1)
torch.set_grad_enabled(False)


def least(*calls: Callable[[], object]) -> list[float]:
    """Milliseconds of the processor, the least of many calls in turn."""
    kept: list[list[float]] = [[] for _ in calls]
    for _ in range(80):
        for times, call in zip(kept, calls):
            start = time.process_time()
            call()
            times.append(1e3 * (time.process_time() - start))
    return [min(times) for times in kept]


ratios = {}
for dtype in (torch.float32, torch.float64, torch.complex64, torch.complex128):
    for shape in ((1, 65536), (64, 4096)):
        x = torch.randn(shape, dtype=dtype)
        rows = torch.randperm(shape[1]).sort().values
        each = rows.expand(shape[0], -1)
        assert torch.equal(x.index_select(1, rows), x.gather(1, each))
        select, gather = least(lambda: x.index_select(1, rows), lambda: x.gather(1, each))
        copy, scatter = least(lambda: torch.zeros_like(x).index_copy_(1, rows, x), lambda: torch.zeros_like(x).scatter_(1, each, x))
        ratios[dtype, shape] = select / gather
        print(f"{dtype} {shape}: index_select / gather {select / gather:.1f}, index_copy / scatter {copy / scatter:.1f}")
for (dtype, _), ratio in ratios.items():
    assert ratio < 1.9 if dtype == torch.float32 else ratio > 2, "the behaviour has changed"
PYTHON
