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


def test_nothing_heavier_than_torch_and_numpy():
    """Third-party top-level packages that the parts of ``preimage`` add to those of ``import torch``, one by one."""
    code = (
        "import importlib, sys, torch; seen = set(sys.modules)\n"
        "for name in {names}:\n"
        "    importlib.import_module(f'preimage.{{name}}')\n"
        "    added = {{m.partition('.')[0] for m in set(sys.modules) - seen}} - set(sys.stdlib_module_names)\n"
        "    seen |= set(sys.modules)\n"
        "    print(name, *sorted(added))"
    )
    names = sorted({*preimage.__all__} - {"Reconstructor", "__version__", "testing"})
    told = [line.split() for line in in_fresh_interpreter(code.format(names=names)).splitlines()]
    assert [name for name, *_ in told] == names
    assert not {name: set(added) - LIGHT for name, *added in told if set(added) - LIGHT}


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
