import os
import runpy
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "training_kills.py"


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_a_training_killed_three_times_ends_with_the_same_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--kills", "3", "--steps", "60"])
    assert runpy.run_path(str(SCRIPT))["main"]() == 0
    assert "killed 3 times" in capsys.readouterr().out
