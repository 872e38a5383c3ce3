"""A few steps of each recipe give the weights that they gave when the shipped ones were made.

What is compared are sums over the weights, in which every number counts: those of another seed, batch or order differ
in the first digits. Processors round differently in the last ones.
"""

import pytest
import torch
from safetensors.torch import load_file

from preimage.training import TrainingSession
from preimage.training.recipes.drunet import DRUNetRecipe
from preimage.training.recipes.epll import EPLLRecipe
from preimage.training.recipes.fill import FillRecipe
from preimage.training.recipes.noise_level.recipe import NoiseLevelRecipe
from preimage.training.recipes.patchnr import PatchNRRecipe
from preimage.training.recipes.unrolled import UnrolledRecipe


def told(path):
    """Of all weights of a file, in the order of their names: the sum, each times the sine of its place."""
    state, total = load_file(path), 0.0
    for name in sorted(state):
        flat = state[name].contiguous().double().flatten()
        total += float((flat * torch.arange(1, len(flat) + 1).double().sin()).sum())
    return total


@pytest.mark.parametrize(
    ("recipe", "total"),
    [
        (DRUNetRecipe(widths=(4, 4, 4, 4), blocks=1, steps=6, crops=2, patch=16, bfloat16=False), 2.049340051335652),
        (
            UnrolledRecipe(unrolled=2, widths=(4, 4, 4, 4), steps=4, crops=2, patch=16, bfloat16=False),
            6.633519719429509,
        ),
        (FillRecipe(widths=(4, 4), steps=6, patch=16, bfloat16=False), 10.910575607468582),
        (EPLLRecipe(size=3, components=2, patches=100, steps=3), 0.76537425695804),
        (PatchNRRecipe(size=2, width=16, blocks=2, crops=8, steps=4), -2.6409079100912054),
        (NoiseLevelRecipe(steps=3, crops=2, sizes=(12, 20)), -1.2157083641009092),
    ],
    ids=lambda value: value.title if not isinstance(value, float) else "",
)
def test_the_weights_are_those_of_before(recipe, total, photographs, tmp_path):
    learned = recipe.train(TrainingSession(photographs, tmp_path))
    assert told(learned.weights) == pytest.approx(total, abs=1e-4)
