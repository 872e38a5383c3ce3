#!/usr/bin/env bash
# PyTorch on a CPU: norms and variances over the channels of images are tens of times slower than the same written as sums.
# torch.linalg.vector_norm(x, dim=1), x.std(1) and x.var(1) of a contiguous (1, 3, 512, 512) tensor walk over the three channels of one pixel after
# the other, without vector instructions: about 45 and 70 times the time of x.square().sum(1).sqrt(), which reads and writes a copy more. Over the
# last dimension, or over all but the batch, vector_norm is as fast as it looks; so are sum, mean, amax and linalg.vecdot over dimension 1.
# Expected: one reduction takes no longer than three passes over memory. Such lines are in losses, normalisations, complex and vector-valued images.
# Remedy: write the square, the sum and the root, and mind the derivative of the root at zero.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import time

import torch

torch.set_num_threads(1)
x = torch.rand(1, 3, 512, 512)


def seconds(function):
    best = float("inf")
    for _ in range(10):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


print("torch", torch.__version__)
written = seconds(lambda: x.square().sum(1).sqrt())
print(f"square, sum, root over channels: {1e3 * written:.2f} ms")
assert torch.allclose(torch.linalg.vector_norm(x, dim=1), x.square().sum(1).sqrt())
for name, function, slow in (
    ("vector_norm over channels", lambda: torch.linalg.vector_norm(x, dim=1), True),
    ("std over channels", lambda: x.std(1), True),
    ("var over channels", lambda: x.var(1), True),
    ("vector_norm over columns", lambda: torch.linalg.vector_norm(x, dim=-1), False),
    ("sum over channels", lambda: x.sum(1), False),
):
    ratio = seconds(function) / written
    print(f"{name}: {ratio:.1f} times that")
    assert (ratio > 8) == slow, "the behaviour has changed"
PYTHON
