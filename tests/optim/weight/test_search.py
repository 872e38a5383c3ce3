from types import SimpleNamespace

import torch

from preimage.optim.weight.search import SameSteps


def test_every_sample_takes_as_many_steps_as_it_did_before() -> None:
    rule, x = SameSteps(tol=0.5, steps=torch.tensor([2, 5])), torch.zeros(2, 1, 1, 1)
    left = [rule.measure(None, None, None, SimpleNamespace(k=k, x=x)).tolist() for k in (1, 2, 5, 6)]
    assert left == [[1, 4], [0, 3], [0, 0], [0, 0]]
