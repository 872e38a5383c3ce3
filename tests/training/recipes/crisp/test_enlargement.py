import torch

from preimage.training.recipes.crisp.enlargement import SRCrispRecipe
from preimage.training.recipes.sr_blind import SRBlindRecipe


def test_it_starts_as_the_network_that_invents_nothing():
    recipe, faithful = SRCrispRecipe(bfloat16=False), SRBlindRecipe(start="sr-blind-x4", bfloat16=False)
    y = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found, clean = recipe.pictures(recipe.network().made, (y, y))
        network = faithful.network()
        # Its last layer begins anew in the faithful recipe only where no weights suit it.
        assert torch.equal(found, network(y))
    assert clean is y
