"""Processes begin with what they need, imported once."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from preimage.machine.starting import starting_context


def parent_and_modules() -> tuple[int, bool]:
    return os.getppid(), "torch" in sys.modules


@pytest.mark.skipif(sys.platform != "linux", reason="processes start anew elsewhere")
def test_processes_are_copies_of_one_that_has_imported() -> None:
    found = []
    for _ in range(2):
        with ProcessPoolExecutor(1, starting_context(["torch"])) as pool:
            found.append(pool.submit(parent_and_modules).result())
    assert found[0] == found[1]
    assert found[0][0] != os.getpid()
    assert found[0][1]
