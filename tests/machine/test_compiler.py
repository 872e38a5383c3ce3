import gc
import importlib
import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from preimage.machine.compiler import can_compile, compiled, has_compiler, may_overwrite

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def twice(x):
    return 2 * x


def sum_of_twice(x):
    total = 0.0
    for value in x:
        total += twice(value)
    return total


@needs_compiler
def test_numba_multiplies_matrices_where_scipy_is_there():
    """Which it is not asked when loops are compiled."""
    compiled(twice)(1.0)
    assert (importlib.util.find_spec("scipy") is not None) == importlib.import_module("numba.np.arraymath")._HAVE_BLAS


@needs_compiler
def test_functions_of_the_same_file_are_compiled_with_it():
    assert compiled(sum_of_twice)(np.arange(4.0)) == 12
    assert gc.isenabled()


def test_what_can_be_compiled(monkeypatch):
    assert can_compile(torch.zeros(2)) == has_compiler()
    assert not can_compile(torch.zeros(2, dtype=torch.complex64))
    assert not can_compile(torch.zeros(2, dtype=torch.float16))
    assert not can_compile(torch.zeros(2, requires_grad=True))
    assert not can_compile(torch.zeros(2, device="meta"))
    assert not can_compile(torch.zeros(2, dtype=torch.complex64).conj().imag)
    assert can_compile(torch.zeros(2), torch.zeros(3)) == has_compiler()
    for other in (
        torch.zeros(2, dtype=torch.float64),
        torch.zeros(2, requires_grad=True),
        torch.zeros(2, device="meta"),
    ):
        assert not can_compile(torch.zeros(2), other)
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    assert not can_compile(torch.zeros(2))


def test_a_trace_goes_through():
    """And takes the way of tensors, without a break."""

    def chosen(x, y):
        return 2 * x if can_compile(x, y) else 3 * x

    x = torch.ones(2)
    assert torch.compile(chosen, backend="eager", fullgraph=True)(x, x).tolist() == [3, 3]


LOOP = """
def third(x):
    for i in range(len(x)):
        x[i] /= 3
"""


def installed(folder):
    """The function of a file of loops in ``folder``."""
    (folder / "some_loops.py").write_text(LOOP)
    spec = importlib.util.spec_from_file_location("some_loops", folder / "some_loops.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.third


@needs_compiler
@pytest.mark.parametrize("home", ["can be written", "cannot"])
def test_an_installation_that_cannot_be_written(home, tmp_path, monkeypatch):
    """Machine code is kept in the user's folder, or in memory alone."""
    (tmp_path / "__pycache__").write_text("a file, so that no folder can be made, not even by root")
    (tmp_path / "home").write_text("") if home == "cannot" else (tmp_path / "home").mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    x = np.array([3.0, 6.0])
    compiled(installed(tmp_path))(x)
    assert x.tolist() == [1, 2]
    assert any((tmp_path / "home").rglob("*.nbi")) == (home == "can be written")


TWO = r"""
import os, sys
import numba
import numpy as np
sys.path.insert(0, ".")
from some_loops import third
from preimage.machine.compiler import compiled
other = os.fork()  # what both import takes a process of its own 1.5 s
x = np.array([3.0, 6.0])
compiled(third)(x)
assert "scipy.linalg" not in sys.modules  # which numba imports by itself, for products of matrices
os.write(1, f"{x.tolist()}\n".encode())  # at once, so that the lines of both stay apart
if other:
    _, status = os.waitpid(other, 0)
    sys.exit(status)
"""


@needs_compiler
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_two_processes_at_once_on_an_empty_cache(tmp_path):
    """Both compile, both are right, and one result is kept."""
    installed(tmp_path)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", TWO]
    told = subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert told.stdout.splitlines() == ["[1.0, 2.0]"] * 2
    assert len(list((tmp_path / "cache").rglob("*.nbc"))) == 1


def test_what_may_be_written_over():
    x = torch.rand(4, 3)
    whole = 2 * x
    assert may_overwrite(whole, x)
    assert may_overwrite((2 * x).mT, x)
    assert not may_overwrite(x.mT, x)
    assert not may_overwrite(whole[:2], x)
    assert not may_overwrite((2 * x[:1]).expand(4, 3), x)
    point = x.clone().requires_grad_()
    assert not may_overwrite(2 * point, point)
    with torch.no_grad():
        assert may_overwrite(2 * point, point)
