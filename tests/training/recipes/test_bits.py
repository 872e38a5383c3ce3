"""A few steps of each recipe give the weights that they gave when the shipped ones were made.

What is compared are sums over the weights, in which every number counts: those of another seed, batch or order differ
by more than the tolerance, and so do those of one step less. Processors round differently, which Adam's first steps
enlarge where a gradient is nearly zero: two kinds differ by 3.4e-4 for the network that fills (one step less: 1.1e-3).
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
    ("recipe", "total", "error"),
    [
        (
            DRUNetRecipe(widths=(4, 4, 4, 4), blocks=1, steps=6, crops=2, patch=16, bfloat16=False),
            2.049340051335652,
            1e-4,
        ),
        (
            UnrolledRecipe(unrolled=2, widths=(4, 4, 4, 4), steps=4, crops=2, patch=16, bfloat16=False),
            6.633519719429509,
            1e-4,
        ),
        (FillRecipe(widths=(4, 4), steps=6, patch=16, bfloat16=False), 10.910575607468582, 5e-4),
        (EPLLRecipe(size=3, components=2, patches=100, steps=3), 0.76537425695804, 1e-4),
        (PatchNRRecipe(size=2, width=16, blocks=2, crops=8, steps=4), -2.6409079100912054, 1e-4),
        (NoiseLevelRecipe(steps=3, crops=2, sizes=(12, 20)), -1.2157083641009092, 1e-4),
    ],
    ids=lambda value: value.title if not isinstance(value, float) else "",
)
def test_the_weights_are_those_of_before(recipe, total, error, photographs, tmp_path):
    learned = recipe.train(TrainingSession(photographs, tmp_path))
    assert told(learned.weights) == pytest.approx(total, abs=error)
