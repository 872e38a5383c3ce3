"""The code of ``docs/microscopy.md`` does what the page says."""

import re
from pathlib import Path

import torch

PAGE = Path(__file__).parents[1] / "docs" / "microscopy.md"


def test_the_example_measures_a_volume():
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict = {}
    exec(block, names)
    assert names["y"].shape == (1, 1, 20, 40, 40)
    assert abs(float(names["psf"].sum()) - 1) < 1e-9
    assert names["spot"].shape == (17, 31, 31)
    assert torch.isfinite(names["y"]).all()
