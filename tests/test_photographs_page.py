"""The code of ``docs/photographs.md`` does what the page says."""

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "photographs.md"


def test_the_code_runs_and_finds_white_noise() -> None:
    names: dict[str, Any] = {}
    for code in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        exec(code, names)
    assert names["noise"].is_white
    assert names["noise"].sigma == pytest.approx(0.05, rel=0.1)
    assert names["found"].kind == "gaussian"
    assert names["found"].parameters["sigma"] == pytest.approx(1.6, rel=0.15)


def test_the_pictures_are_there_and_small() -> None:
    pictures = re.findall(r"!\[[^]]*\]\((\S+)\)", PAGE.read_text(encoding="utf-8"))
    assert len(pictures) >= 2
    assert all(0 < (PAGE.parent / name).stat().st_size <= 150_000 for name in pictures)
