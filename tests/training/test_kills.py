import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "training_kills.py"


@pytest.mark.timeout(300)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_a_training_killed_three_times_ends_with_the_same_files() -> None:
    told = subprocess.run(
        [sys.executable, SCRIPT, "--kills", "3", "--steps", "60"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "killed 3 times" in told.stdout
