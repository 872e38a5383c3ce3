#!/usr/bin/env bash
# TensorLy: its projections on increasing, decreasing and unimodal sequences are no projections.
# tensorly.tenalg.proximal.monotonicity_prox takes the maximum over a table of averages whose unused half is filled with zeros. So a sequence that is
# already increasing, but negative, is moved: -3, -2, -1 becomes -1, -1, -1. unimodality_prox builds on it, and chooses the peak by sums of magnitudes where
# squares are to be least, among few candidates: its result is farther away
# than need be for positive numbers, too (a squared distance of 2.0 where 1.4 is possible, on average), and several times as far for negative ones.
# Constrained decompositions (constrained_parafac with monotonicity or unimodality, for spectra and elution profiles of hyperspectral images) call both.
# Expected: the nearest sequence of the kind, as the docstrings say; one that is of the kind stays as it is.
# Remedy: isotonic regression (scipy.optimize.isotonic_regression), for unimodal sequences once for each place of the peak.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 tensorly==0.10.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import scipy
import tensorly
from scipy.optimize import isotonic_regression
from tensorly.tenalg.proximal import monotonicity_prox, unimodality_prox

print("tensorly", tensorly.__version__, "scipy", scipy.__version__, "numpy", np.__version__)


def increasing(x):
    return isotonic_regression(x).x


def unimodal(x):
    """The nearest sequence that rises to a peak and falls after it: of all places of the peak the best."""
    found = []
    for peak in range(len(x) + 1):  # rising before, falling from here on; where the halves meet, the higher of the two is the peak
        found.append(np.concatenate([increasing(x[:peak]) if peak else x[:0], -increasing(-x[peak:]) if peak < len(x) else x[:0]]))
    return min(found, key=lambda z: np.sum((z - x) ** 2))


def is_unimodal(x):
    peak = np.argmax(x)
    return (np.diff(x[: peak + 1]) > -1e-9).all() and (np.diff(x[peak:]) < 1e-9).all()


rising = np.array([-3.0, -2.0, -1.0])
moved = monotonicity_prox(rising)[:, 0]
print("increasing already:", rising, "->", moved)
assert np.allclose(increasing(rising), rising) and np.allclose(moved, -1), "the behaviour has changed"
assert np.allclose(monotonicity_prox(rising + 10)[:, 0], rising + 10), "the behaviour has changed"

random = np.random.default_rng(0)
for mean in (10.0, 0.0, -10.0):
    distances = []
    for _ in range(200):
        x = mean + random.standard_normal(6)
        z = unimodality_prox(x.reshape(-1, 1))[:, 0]
        assert is_unimodal(unimodal(x))
        distances.append([np.sum((z - x) ** 2), np.sum((unimodal(x) - x) ** 2)])
    theirs, least = np.mean(distances, 0)
    worst = np.max(np.subtract(*np.transpose(distances)))
    print(f"mean {mean:5}: squared distance of unimodality_prox {theirs:.2f} on average, of the nearest {least:.2f}; worst excess {worst:.2f}")
    assert theirs > 1.1 * least and worst > 2, "the behaviour has changed"
PYTHON
