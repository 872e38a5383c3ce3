"""The code of ``docs/data.md`` does what the page says, and its table has every set."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage import datasets
from preimage.datasets import Dataset

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def test_the_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pictures").mkdir()
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 256, (40, 48, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "pictures" / f"{number}.png")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 5
    with torch.random.fork_rng(devices=[]):
        exec("\n".join(blocks), {"__name__": "page"})


def test_the_tables_have_every_dataset() -> None:
    told = set(re.findall(r"`([A-Z][\w-]*)[(`]", PAGE))
    exported = {getattr(datasets, name) for name in datasets.__all__ if name[0].isupper() and name != "NAMED_SETS"}
    classes = {kind.__name__ for kind in exported if issubclass(kind, Dataset)} - {"Dataset", "Concatenation"}
    assert classes <= told
    assert {row.name for row in datasets.NAMED_SETS} <= told
