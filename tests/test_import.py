"""What ``import preimage`` costs and drags in, each time in a fresh interpreter."""

import importlib
import statistics
import subprocess
import sys

import pytest

import preimage

LIGHT = {"torch", "numpy", "preimage"}


def in_fresh_interpreter(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_costs_less_than_a_fifth_of_a_second_over_torch():
    timed = (
        "import time, {first}; start = time.process_time(); import preimage, preimage.physics, preimage.denoisers;"
        "print(time.process_time() - start)"
    )
    assert statistics.median(float(in_fresh_interpreter(timed.format(first="torch"))) for _ in range(3)) < 0.2


@pytest.mark.parametrize("name", sorted({*preimage.__all__} - {"Reconstructor", "__version__", "testing"}))
def test_nothing_heavier_than_torch_and_numpy(name):
    """Third-party top-level packages that ``import preimage.<name>`` adds to those of ``import torch``."""
    code = (
        "import sys, torch; before = set(sys.modules); import preimage, preimage.{name};"
        "added = {{m.partition('.')[0] for m in set(sys.modules) - before}} - set(sys.stdlib_module_names);"
        "print(' '.join(sorted(added)))"
    )
    assert set(in_fresh_interpreter(code.format(name=name)).split()) <= LIGHT


def test_import_alone_loads_no_part():
    code = "import sys, preimage; print([m for m in sys.modules if m.startswith('preimage.')], 'torch' in sys.modules)"
    assert in_fresh_interpreter(code).strip() == "[] False"


def test_parts_are_attributes():
    for name in preimage.__all__:
        if name not in ("Reconstructor", "__version__"):
            assert getattr(preimage, name) is importlib.import_module(f"preimage.{name}")
    assert preimage.Reconstructor.__module__ == "preimage.reconstructor"
    assert set(dir(preimage)) == set(preimage.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'priors'"):
        preimage.priors  # noqa: B018
