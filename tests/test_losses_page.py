"""The code of ``docs/losses.md`` does what the page says, and its table has all losses."""

import re
from pathlib import Path

import torch

from preimage import loss

PAGE = (Path(__file__).parents[1] / "docs" / "losses.md").read_text(encoding="utf-8")


def test_the_code_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 3
    with torch.random.fork_rng(devices=[]):
        exec("\n".join(blocks), {})


def test_the_table_has_every_loss() -> None:
    told = set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))
    public = {name for name in loss.__all__ if isinstance(vars(loss)[name], type)}
    losses = {name for name in public if issubclass(vars(loss)[name], loss.Loss)}
    assert told == losses - {"Loss", "SumLoss", "WeightedLoss"}
