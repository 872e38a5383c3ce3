"""Adam, against PyTorch's."""

import torch

from preimage.models.dip.adam import Adam


def test_is_that_of_pytorch(rng: torch.Generator) -> None:
    """Five steps on weights of several shapes, one of them without a gradient."""
    start = [torch.randn(shape, generator=rng, dtype=torch.float64) for shape in ((3, 4), (5,), (2,))]
    ours, theirs = ([w.clone().requires_grad_() for w in start] for _ in range(2))
    adam, reference = Adam(ours, 0.03), torch.optim.Adam(theirs, 0.03)
    for _ in range(5):
        for weights, optimizer in ((ours, adam), (theirs, reference)):
            for weight in weights:
                weight.grad = None
            ((weights[0] ** 2).sum() + weights[1].exp().sum()).backward()
            optimizer.step()
    for mine, their in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, their, rtol=1e-12, atol=1e-12)
    assert torch.equal(ours[2], start[2])
