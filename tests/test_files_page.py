"""The code of ``docs/files.md`` does what the page says, and its table has every suffix that is written."""

import re
from pathlib import Path

import pytest

from preimage.files.formats.table import stack_formats

PAGE = (Path(__file__).parents[1] / "docs" / "files.md").read_text(encoding="utf-8")


def test_the_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(block, {})


def test_the_table_has_every_format() -> None:
    for format in stack_formats():
        assert f"`{format.suffixes[0]}`" in PAGE, format.name
        if format.stacks is not None and format.stacks.create is not None:
            for suffix in format.suffixes:
                assert f"`{suffix}`" in PAGE, suffix
