#!/usr/bin/env bash
# PyTorch on a CPU: histograms of float32 count to 16,777,216 and no further, for each thread.
# torch.histc and torch.histogram count in the type of the picture, and in float32 2^24 + 1 is 2^24. The background of a CT volume or of a large scan has
# more pixels than that: of 62,914,560 zeros one thread finds 16,777,216, two find 33,554,432. So the count depends on the number of threads, and quantiles,
# thresholds after Otsu, entropies and mutual information follow it. Of float64 the counts are right (issue 96613, open since 2023).
# Expected: counts, or a warning; the documentation tells which elements are counted, and nothing of a limit.
# Remedy: torch.bucketize and torch.bincount, which counts in integers, or x.double() where the memory suffices.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import torch

print("torch", torch.__version__)
picture = torch.zeros(1 << 26)
picture[: 1 << 22] = 0.9
truth = [len(picture) - (1 << 22), 0, 0, 1 << 22]
assert np.histogram(picture[-(1 << 20) :].numpy(), 4, (0, 1))[0].tolist() == [1 << 20, 0, 0, 0]
for threads in (1, 2):
    torch.set_num_threads(threads)
    for name, counts in (
        ("histc", torch.histc(picture, 4, 0, 1)),
        ("histogram", torch.histogram(picture, 4, range=(0.0, 1.0)).hist),
    ):
        print(f"{name}, {threads} thread(s):", [int(count) for count in counts], "of", truth)
        assert counts[0] == threads * 2**24 and counts[3] == truth[3], "the behaviour has changed"
double = torch.histc(picture.double(), 4, 0, 1)
bins = torch.bincount(torch.bucketize(picture, torch.tensor([0.25, 0.5, 0.75]), out_int32=True), minlength=4)
print("float64:", [int(count) for count in double], "bincount:", bins.tolist())
assert double.tolist() == truth and bins.tolist() == truth, "the remedy has changed"
PYTHON
