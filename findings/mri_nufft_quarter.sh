#!/usr/bin/env bash
# mri-nufft: there and back on a complete grid gives a quarter of the image, and the unit of samples is guessed.
# On the points of a complete Cartesian grid a non-uniform Fourier transform is the discrete one, whose forward and adjoint transforms,
# scaled alike, invert each other. mrinufft scales by the size of the grid that it oversamples: adj_op(op(x)) is x / 4 in two dimensions
# (x / 8 in three), and every regularisation weight means something else than on Cartesian data.
# Samples are taken for radians where one of them is beyond 0.5, for cycles per pixel else: moving one sample of a hundred from 0.50 to 0.51
# changes what all the others measure.
# Expected: an orthonormal transform on the complete grid; a unit that is an argument, or an error.
# Remedy: multiply by 2^(d/2) each way; check the range of samples oneself.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 finufft==2.5.1 mri-nufft==1.5.1

cd "$folder"
"$folder/venv/bin/python" - 2> /dev/null <<'PYTHON'
from importlib.metadata import version

import numpy as np
from mrinufft import get_operator

print(*(f"{name} {version(name)}" for name in ("mri-nufft", "finufft", "numpy")))


def operator(samples, shape):
    return get_operator("finufft")(samples=samples, shape=shape, n_coils=1, density=False)


rng = np.random.default_rng(0)
shape = (10, 9)
grid = np.stack(np.meshgrid(*((np.arange(n) - n // 2) / n for n in shape), indexing="ij"), -1).reshape(-1, 2)
x = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
there = operator(grid, shape)
back = np.asarray(there.adj_op(there.op(x))).reshape(shape)
share = (np.vdot(x, back) / np.vdot(x, x)).real
print(f"there and back on the complete grid: {share:.4f} of the image, off by {np.abs(back - share * x).max():.1e} elsewhere")
assert abs(share - 0.25) < 1e-4 and np.abs(back - share * x).max() < 1e-4, "the behaviour has changed"

samples = rng.uniform(-0.4, 0.4, (100, 2))
measured = {}
for last in (0.50, 0.51):
    samples[-1] = last, 0
    measured[last] = np.asarray(operator(samples.copy(), shape).op(x)).ravel()[:-1]
change = np.linalg.norm(measured[0.51] - measured[0.50]) / np.linalg.norm(measured[0.50])
print(f"one sample moved from 0.50 to 0.51: the 99 others change by {100 * change:.0f} %")
assert change > 0.5, "the behaviour has changed"
PYTHON
