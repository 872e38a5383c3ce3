import numpy as np
import pytest
import torch

from preimage.machine.compiler import can_compile, compiled, has_compiler

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def twice(x):
    return 2 * x


def sum_of_twice(x):
    total = 0.0
    for value in x:
        total += twice(value)
    return total


@needs_compiler
def test_functions_of_the_same_file_are_compiled_with_it():
    assert compiled(sum_of_twice)(np.arange(4.0)) == 12


def test_what_can_be_compiled(monkeypatch):
    assert can_compile(torch.zeros(2)) == has_compiler()
    assert not can_compile(torch.zeros(2, dtype=torch.complex64))
    assert not can_compile(torch.zeros(2, dtype=torch.float16))
    assert not can_compile(torch.zeros(2, requires_grad=True))
    assert not can_compile(torch.zeros(2, device="meta"))
    assert not can_compile(torch.zeros(2, dtype=torch.complex64).conj().imag)
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    assert not can_compile(torch.zeros(2))
