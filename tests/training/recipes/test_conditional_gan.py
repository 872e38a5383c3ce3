import torch

from preimage.training.recipes.conditional_gan import ConditionalGAN, ConditionalGANRecipe

RECIPE = ConditionalGANRecipe(steps=3, width=4, scales=1, judge=4, crops=2, patch=12)


def test_gradients_of_the_two_sides_do_not_meet(rng: torch.Generator) -> None:
    """The weight of the game moves the generator, and not the discriminator."""
    network = RECIPE.network()
    assert isinstance(network, ConditionalGAN)
    batch = RECIPE.batch([torch.randint(0, 256, (1, 20, 20), generator=rng, dtype=torch.uint8)], 0)
    assert [tuple(tensor.shape) for tensor in batch] == [(2, 1, 12, 12), (2, 1, 12, 12), (2, 2, 1, 12, 12)]
    gradients = []
    for adversarial in (0.0, 5.0):
        recipe = ConditionalGANRecipe(steps=3, width=4, scales=1, judge=4, crops=2, patch=12, adversarial=adversarial)
        network.zero_grad()
        recipe.loss(network, batch, 0).backward()
        gradients.append([p.grad.clone() for p in network.parameters() if p.grad is not None])
    count = len(list(network.generator.parameters()))
    changed = [not torch.allclose(a, b, rtol=1e-4, atol=1e-9) for a, b in zip(*gradients, strict=True)]
    assert any(changed[:count])
    assert not any(changed[count:])
    assert any(bool(p.abs().max() > 0) for p in gradients[0][count:])
