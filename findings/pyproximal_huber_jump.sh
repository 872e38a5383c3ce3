#!/usr/bin/env bash
# pyproximal: the proximal operator of the Huber function jumps back, so that a larger number becomes a smaller one.
# Huber.prox shrinks numbers up to alpha as the square does, and those beyond as the modulus does. But which of the two holds depends on where the result
# lies, not the argument: between alpha and alpha + tau the minimiser is in the square part. There 1.1 becomes 0.1 while 0.9 becomes 0.45 (alpha = tau = 1),
# and the result is no minimum of H(x) + |x - v|^2 / (2 tau). A proximal operator is monotone and never lengthens distances; solvers rely on it.
# The class's own notes state this rule, and a comment in its code that the usual formula "does not provide the same result". Tests with a short step pass.
# Expected: prox(v) = (1 - tau / max(|v|, alpha + tau)) v.
# Remedy: a subclass whose prox is that line.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pylops==2.8.0 pyproximal==0.13.0 \
  typing_extensions==4.16.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import pyproximal

print(*(f"{name} {version(name)}" for name in ("pyproximal", "pylops", "numpy")))
alpha = tau = 1.0
huber = pyproximal.Huber(alpha)
values = np.array([0.3, 0.9, 1.1, 1.5, 1.9, 2.5])
grid = np.linspace(-4, 4, 80_001)
each = np.where(np.abs(grid) <= alpha, grid**2 / (2 * alpha), np.abs(grid) - alpha / 2)
assert np.isclose(huber(grid[70_000:70_001]), each[70_000]), "the function has changed"
least = np.array([grid[np.argmin(each + (grid - v) ** 2 / (2 * tau))] for v in values])
found = huber.prox(values, tau)
usual = (1 - tau / np.maximum(np.abs(values), alpha + tau)) * values


def energy(x):
    return np.array([huber(x[i : i + 1]) + (x[i] - values[i]) ** 2 / (2 * tau) for i in range(len(x))])


for name, row in (("v", values), ("Huber.prox(v)", found), ("minimum on a grid", least), ("usual formula", usual)):
    print(f"{name:18}", np.round(row, 3))
print(f"{'H + square there':18}", np.round(energy(found), 3), "against", np.round(energy(least), 3))
assert np.allclose(usual, least, atol=1e-4), "the remedy has changed"
assert found[2] < found[0] < found[1] and np.allclose(found[[0, 1, 5]], least[[0, 1, 5]], atol=1e-4), "the behaviour has changed"
assert (energy(found)[2:5] > energy(least)[2:5] + 1e-3).all(), "the behaviour has changed"
PYTHON
