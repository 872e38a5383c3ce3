"""The code of ``docs/training.md`` does what the page says, and the tests it names exist."""

import re
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")


def test_the_code_runs(tmp_path, monkeypatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 3
    monkeypatch.chdir(tmp_path)
    with torch.random.fork_rng(devices=[]):
        exec("\n".join(blocks), {})
    names = {path.name for path in (tmp_path / "runs" / "blur").iterdir()}
    listed = set(re.findall(r"^\| `([\w.]+)/?` \|", PAGE, re.MULTILINE)) - {"plan.json"}
    assert names == listed | {"scores.csv"}


def test_the_tests_that_it_names_exist() -> None:
    told = set(re.findall(r"`(test_\w+)`", PAGE))
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "training").glob("test_*.py"))
    assert len(told) >= 8
    assert all(f"def {name}(" in text for name in told)
