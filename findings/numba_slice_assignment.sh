#!/usr/bin/env bash
# Numba: one assignment of an array to a slice makes a loop slow to compile, by seconds.
# In compiled code a[i:j] = b compiles its error message, too, for arrays whose lengths differ: the formatting of numbers and tuples as
# text, some thousand lines of machine code for a message that is hardly ever shown. The same copy, written as a loop over single numbers,
# compiles many times faster, and runs as fast. a[i:j] = 0.0 does not do it, so that half of the slices of a program are innocent.
# Expected: the time to compile depends on what a function computes.
# Remedy: copy number by number in functions that have to be quick at their first call.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 numba==0.68.1

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import time

import numba
import numpy as np

print("numba", numba.__version__)


def by_slice(a, b, n):
    a[:n] = b[:n]


def by_number(a, b, n):
    for i in range(n):
        a[i] = b[i]


def by_constant(a, b, n):
    a[:n] = 0.0


def warm_up(a, b, n):
    return a[0] + b[0] + n


def seconds(function):
    a, b = np.zeros(9), np.arange(9.0)
    start = time.process_time()
    numba.njit(function)(a, b, 5)
    return time.process_time() - start


seconds(warm_up)  # loads the compiler
times = {function.__name__: seconds(function) for function in (by_number, by_constant, by_slice)}
for name, taken in times.items():
    print(f"{name}: compiled and called in {taken:.2f} s")
assert times["by_slice"] > 4 * times["by_number"], "the behaviour has changed"
assert times["by_slice"] > 4 * times["by_constant"], "the behaviour has changed"
PYTHON
