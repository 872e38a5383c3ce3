#!/usr/bin/env bash
# pyproximal: primal-dual solvers with the l1 norm of complex images do not find the minimum, because its dual prox leaves imaginary parts alone.
# L1.prox shrinks the modulus of complex numbers, as it should. L1.proxdual, which PrimalDual calls instead, clips with numpy.minimum and maximum,
# and these compare complex numbers by their real parts (the imaginary ones decide ties only). So 0.5 + 3i passes a "ball" of radius 1 unchanged,
# and total variation of a complex image, or wavelets of one, smooth hardly more than the real part. ADMM and others that call prox are right.
# Expected: numbers of a modulus above sigma are scaled to it, as Moreau's identity with the class's own prox gives.
# Remedy: L21(1, sigma), the same norm, whose dual is that of the identity; or ProxOperator.proxdual(l1, x, tau).
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
import pylops
import pyproximal
from pyproximal.optimization.primaldual import PrimalDual

print(*(f"{name} {version(name)}" for name in ("pyproximal", "pylops", "numpy")))
values = np.array([0.5 + 3j, 2 + 0j, 3j, -0.5 + 0.5j])
l1 = pyproximal.L1(1.0)
print("values          ", values)
print("L1.proxdual     ", l1.proxdual(values, 1.0))
print("values - L1.prox", np.round(values - l1.prox(values, 1.0), 4))
projected = values / np.maximum(1, abs(values))
assert np.allclose(values - l1.prox(values, 1.0), projected), "the prox has changed"
assert np.allclose(l1.proxdual(values, 1.0), [0.5 + 3j, 1, 3j, -0.5 + 0.5j]), "the behaviour has changed"
assert np.allclose(pyproximal.L21(1, 1.0).proxdual(values, 1.0), projected), "the remedy has changed"
assert np.allclose(pyproximal.ProxOperator.proxdual(l1, values, 1.0), projected), "the remedy has changed"

# Denoising with total variation: a step of the phase, in noise.
rng = np.random.default_rng(0)
size, weight = 32, 0.5
noisy = np.exp(1j * np.where(np.arange(size) < 16, 0.3, 1.9))
noisy += 0.3 * (rng.standard_normal(size) + 1j * rng.standard_normal(size))
gradient = pylops.FirstDerivative(size, kind="forward", edge=False, dtype="complex128")


def energy(x):
    return 0.5 * np.linalg.norm(x - noisy) ** 2 + weight * np.abs(gradient @ x).sum()


def solved(norm):
    start = np.zeros(size, complex)
    return PrimalDual(pyproximal.L2(b=noisy), norm, gradient, x0=start, tau=0.4, mu=0.4, niter=1000)


found, least = energy(solved(pyproximal.L1(weight))), energy(solved(pyproximal.L21(1, weight)))
print(f"energy of the noisy signal {energy(noisy):.3f}, found with L1 {found:.3f}, the minimum {least:.3f}")
assert found > 1.1 * least, "the behaviour has changed"
PYTHON
