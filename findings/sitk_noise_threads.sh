#!/usr/bin/env bash
# SimpleITK: the same seed gives other noise on a machine with another number of cores.
# AdditiveGaussianNoise, ShotNoise, SpeckleNoise and SaltAndPepperNoise take a seed. The image is cut into as many regions as there are threads, by default
# one for each core, and each region draws from a generator of its own, seeded by the seed and the region's number. With one thread and with four only the first
# quarter of the pixels agrees, so that noisy test pictures, and all that is computed from them, cannot be repeated elsewhere.
# Expected: a seed decides the noise, as its name and every other library's random numbers promise; the documentation of the filters names no other condition.
# Remedy: SetNumberOfWorkUnits of the filter to a number of one's own; how many threads work on them does not matter.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 SimpleITK==2.5.7

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import SimpleITK

print("SimpleITK", SimpleITK.Version_VersionString(), "numpy", np.__version__)
flat = SimpleITK.GetImageFromArray(np.full((64, 96), 100, np.float32))


def noisy(name, threads, units=None):
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)  # what the number of cores decides where nobody calls it
    noise = getattr(SimpleITK, f"{name}ImageFilter")()
    noise.SetSeed(7)
    if units is not None:
        noise.SetNumberOfWorkUnits(units)
    return SimpleITK.GetArrayFromImage(noise.Execute(flat))


for name in ("AdditiveGaussianNoise", "ShotNoise", "SpeckleNoise", "SaltAndPepperNoise"):
    alone = noisy(name, 1)
    assert np.array_equal(alone, noisy(name, 1)), "a seed no longer repeats the noise"
    same = {threads: np.mean(noisy(name, threads) == alone) for threads in (2, 4)}
    print(f"{name}: of the pixels of one thread {same[2]:.0%} are the same with two, {same[4]:.0%} with four")
    if name != "SaltAndPepperNoise":  # which leaves most pixels as they are
        assert abs(same[2] - 0.5) < 0.01 and abs(same[4] - 0.25) < 0.01, "the behaviour has changed"
    assert same[4] < same[2] < 1, "the behaviour has changed"
    assert np.array_equal(noisy(name, 1, 8), noisy(name, 4, 8)), "the remedy has changed"
PYTHON
