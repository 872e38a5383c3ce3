import torch

from preimage.training.recipes.latent_flow import CodedPatches, LatentFlowRecipe

RECIPE = LatentFlowRecipe(steps=60, patch=4, width=16, latent=3, flow_width=16, crops=32)


def test_the_flow_moves_no_codes_and_both_are_learned(rng: torch.Generator) -> None:
    network, images = RECIPE.network(), [torch.randint(0, 256, (1, 24, 24), generator=rng, dtype=torch.uint8)]
    assert isinstance(network, CodedPatches)
    batch = RECIPE.batch(images, 0)
    RECIPE.loss(network, batch, 0).backward()
    with_flow = network.coder.encoder[0].weight.grad.clone()
    network.zero_grad()
    clean, codes = batch[0], network.coder.encode(batch[0])
    ((network.coder.decode(codes) - clean).square().mean() + RECIPE.scale * codes.square().mean()).backward()
    torch.testing.assert_close(network.coder.encoder[0].weight.grad, with_flow)
    adam = RECIPE.rule(network).optimizers[0]
    losses = []
    for step in range(60):
        adam.zero_grad()
        loss = RECIPE.loss(network, RECIPE.batch(images, step), step)
        loss.backward()
        adam.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-10:]) < 0.9 * sum(losses[:10])
    drawn = network.generator(4)(torch.randn(2, 3, generator=rng)).detach()
    assert drawn.shape == (2, 1, 4, 4)
    assert float((drawn[0] - drawn[1]).abs().max()) > 1e-4
