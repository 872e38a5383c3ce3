import math

import torch

from preimage.optim import PatchFlow, PatchNR
from tests.example import LEVELS, Example

EXAMPLES = {
    PatchNR: [Example(lambda: PatchNR(PatchFlow(27, blocks=2, width=4), 3, 2, weight=LEVELS))],
}


def test_a_flow_that_only_permutes_is_a_standard_normal_density(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 5, 4, generator=rng, dtype=torch.float64)
    prior = PatchNR(PatchFlow(9, blocks=2, width=4).double(), 3, weight=0.5)
    counts = torch.tensor([[1, 2, 2, 1], [2, 4, 4, 2], [3, 6, 6, 3], [2, 4, 4, 2], [1, 2, 2, 1]])
    energy = (0.5 * counts * x.square()).flatten(1).sum(1) + 6 * 9 / 2 * math.log(2 * math.pi)
    torch.testing.assert_close(prior(x), 0.5 / 9 * energy)
    torch.testing.assert_close(prior.grad(x), 0.5 / 9 * counts * x)
