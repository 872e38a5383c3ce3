import importlib
import sys
from pathlib import Path

import pytest

from preimage.machine.modules import importable


def test_modules_are_found_while_the_block_runs(tmp_path: Path) -> None:
    (tmp_path / "of_this_test_alone.py").write_text("value = 3\n")
    before = list(sys.path)
    with importable(tmp_path):
        assert importlib.import_module("of_this_test_alone").value == 3
    assert sys.path == before
    with pytest.raises(ValueError, match="out"), importable(tmp_path):
        raise ValueError("out")
    assert sys.path == before
