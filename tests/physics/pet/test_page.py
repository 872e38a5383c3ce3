"""The code of ``docs/pet.md`` is run."""

import re
from pathlib import Path

import torch

PAGE = Path(__file__).parents[3] / "docs" / "pet.md"


def test_the_code_of_the_page_does_what_it_says() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict = {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for block in blocks:
            exec(compile(block, PAGE.name, "exec"), names)
    x, hot, cold = names["x"], names["x"] > 3, names["x"] == 1
    assert names["y"].shape == (1, 1, 40, 41)
    errors = {name: (names[name] - x).norm() / x.norm() for name in ("x_osem", "x_tv", "x_fast")}
    assert max(errors["x_tv"], errors["x_fast"]) < 0.9 * errors["x_osem"]
    for name in errors:
        assert abs(names[name][hot].mean().item() / 4 - 1) < 0.2, name
        assert abs(names[name][cold].mean().item() - 1) < 0.1, name
