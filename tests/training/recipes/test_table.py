import subprocess
import sys

import pytest

from preimage.training import Recipe
from preimage.training.recipes.table import RECIPES


@pytest.mark.parametrize("row", RECIPES, ids=lambda row: row.name)
def test_every_row_leads_to_a_recipe_that_needs_no_settings(row):
    recipe = row.load()()
    assert isinstance(recipe, Recipe)
    assert recipe.title == row.name


def test_reading_it_needs_no_torch():
    code = "import sys, preimage.training.recipes.table; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
