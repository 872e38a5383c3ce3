import torch

from preimage.training.recipes.crisp.usr import USRCrispRecipe
from preimage.training.recipes.usr import USRRecipe


def test_pixels_that_are_not_seen_are_those_of_the_truth():
    recipe = USRCrispRecipe(bfloat16=False, crops=2, patch=48, judge_width=2, factors=(0.0, 1.0, 0.0, 0.0))
    network = recipe.network().made
    images = [torch.randint(0, 256, (3, 96, 96), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))]
    batches = (recipe.batch(images, step) for step in range(20))
    batch = next(batch for batch in batches if not bool(batch[-1].all()))
    with torch.no_grad():
        found, clean = recipe.pictures(network, batch)
        x, counts = USRRecipe.restored(recipe, network, batch)
    assert clean is batch[0]
    assert 0 < float(counts.mean()) < 1
    assert torch.equal(found[counts.expand_as(found) == 0], clean[counts.expand_as(found) == 0])
    assert torch.equal(found[counts.expand_as(found) == 1], x[counts.expand_as(found) == 1])
