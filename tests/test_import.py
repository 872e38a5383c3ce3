"""What ``import preimage`` costs and drags in, in a fresh interpreter."""

import importlib
import subprocess
import sys

import pytest

import preimage

LIGHT = {"torch", "numpy", "preimage"}

CODE = """
import gc, importlib, sys, time, torch
seen = set(sys.modules)
import preimage.zoo
print(*(name for name in sys.modules if name.startswith(("preimage.denoisers", "preimage.models"))))
for name in [name for name in sys.modules if name.startswith("preimage")]:
    del sys.modules[name]
gc.collect()
gc.freeze()  # that a collection passes over the objects of torch is no cost of ours
start = time.process_time()
import preimage, preimage.physics, preimage.denoisers
print(time.process_time() - start)
for name in {names}:
    importlib.import_module(f"preimage.{{name}}")
    added = {{m.partition(".")[0] for m in set(sys.modules) - seen}} - set(sys.stdlib_module_names)
    seen |= set(sys.modules)
    print(name, *sorted(added))
"""


def in_fresh_interpreter(code):
    """What ``code`` prints; files that were compiled once stay so, as in any installation."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_costs_less_than_a_fifth_of_a_second_over_torch_and_drags_in_nothing_heavier():
    """Third-party top-level packages that the parts of ``preimage`` add to those of ``import torch``, one by one."""
    names = sorted({*preimage.__all__} - {"Reconstructor", "__version__", "finetune", "testing"})
    costs = []
    while len(costs) < 4 and min(costs, default=1.0) >= 0.2:  # a busy machine, or files that were not compiled yet
        architectures, cost, *lines = in_fresh_interpreter(CODE.format(names=names)).splitlines()
        costs.append(float(cost))
        assert architectures == ""  # which the zoo imports when they are asked for
    assert min(costs) < 0.2
    told = [line.split() for line in lines]
    assert [name for name, *_ in told] == names
    assert not {name: set(added) - LIGHT for name, *added in told if set(added) - LIGHT}


def test_import_alone_loads_no_part():
    code = "import sys, preimage; print([m for m in sys.modules if m.startswith('preimage.')], 'torch' in sys.modules)"
    assert in_fresh_interpreter(code).strip() == "[] False"


def test_parts_are_attributes():
    for name in preimage.__all__:
        if name not in ("Reconstructor", "__version__", "finetune"):
            assert getattr(preimage, name) is importlib.import_module(f"preimage.{name}")
    assert preimage.Reconstructor.__module__ == "preimage.reconstructor"
    assert preimage.finetune.__module__ == "preimage.training.finetuning"
    assert set(dir(preimage)) == set(preimage.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'priors'"):
        preimage.priors  # noqa: B018
