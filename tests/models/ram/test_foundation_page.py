"""The code of ``docs/foundation.md`` does what the page says, and its numbers are those of the code."""

import re
from pathlib import Path

import torch

from preimage.models import RAM
from preimage.training.recipes.ram.recipe import RAMRecipe

PAGE = (Path(__file__).parents[3] / "docs" / "foundation.md").read_text(encoding="utf-8")


def test_the_code_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4
    with torch.random.fork_rng(devices=[]):
        exec("\n".join(blocks), {"__name__": "page"})


def test_the_size_is_that_of_the_recipe() -> None:
    with torch.device("meta"):
        count = sum(parameter.numel() for parameter in RAM().parameters())
    assert f"{count:,} parameters" in PAGE
    recipe, model = RAMRecipe(), RAM()
    assert (recipe.widths, recipe.blocks, recipe.stages) == (model.widths, model.blocks, model.stages)
