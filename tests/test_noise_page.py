"""The code of ``docs/noise.md`` does what the page says, and its table has all noises."""

import re
from pathlib import Path

from preimage.physics import noise

PAGE = (Path(__file__).parents[1] / "docs" / "noise.md").read_text(encoding="utf-8")


def test_the_code_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4
    exec("\n".join(blocks), {})


def test_the_table_has_every_noise() -> None:
    told = set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))
    contracts = {"Noise", "ProximableNoise", "StackedNoise", "ProximableStackedNoise"}
    assert told == {name for name in noise.__all__ if name.endswith("Noise")} - contracts
