"""The code of ``docs/phase.md`` and ``docs/compressive.md`` is run."""

import re
from pathlib import Path

import pytest
import torch

FOLDER = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("page", ["phase.md", "compressive.md"])
def test_the_code_of_the_page_does_what_it_says(page: str) -> None:
    """Each page holds its own assertions."""
    text = (FOLDER / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 2
    names: dict = {}
    with torch.random.fork_rng(devices=[]):
        for block in blocks:
            exec(compile(block, page, "exec"), names)
