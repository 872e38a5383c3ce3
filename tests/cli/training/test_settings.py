import pytest

from preimage.cli.training.settings import parse_settings
from preimage.errors import ArgumentError
from preimage.training.recipes.drunet import DRUNetRecipe


def test_values_are_those_of_python():
    words = ["widths=4,8", "steps=20", "sigma_max=1", "bfloat16=False"]
    found = parse_settings(DRUNetRecipe, words)
    assert found == {"widths": (4, 8), "steps": 20, "sigma_max": 1.0, "bfloat16": False}
    assert isinstance(found["sigma_max"], float)
    assert parse_settings(DRUNetRecipe, ["widths=4"]) == {"widths": (4,)}


@pytest.mark.parametrize("word", ["steps", "step=3", "steps=a", "steps=1.5", "widths=4,a", "bfloat16=1", "steps=True"])
def test_other_words_are_refused(word):
    with pytest.raises(ArgumentError, match="`--set` must"):
        parse_settings(DRUNetRecipe, [word])


def test_a_wrong_name_lists_the_settings():
    with pytest.raises(ArgumentError, match=r"channels=1, steps=20000, seed=0, widths=\(16, 32, 64, 128\)"):
        parse_settings(DRUNetRecipe, ["depth=3"])
