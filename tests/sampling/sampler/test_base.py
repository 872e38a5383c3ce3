import torch

from preimage.sampling import DDIM, Chains
from tests.sampling.gaussian import PRIOR


def test_every_step_can_be_seen() -> None:
    seen = []
    x = DDIM(0.0)(
        PRIOR,
        torch.ones(2, 1, 1, 3),
        torch.tensor([2.0, 1.0, 0.0]),
        Chains.seeded(0, 2),
        lambda step, image: seen.append((step, image)),
    )
    assert [step for step, _ in seen] == [1, 2]
    assert torch.equal(seen[-1][1], x)
