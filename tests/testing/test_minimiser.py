import pytest
import torch
from torch import Tensor

from preimage.testing._minimiser import require_minimiser


def objective(x: Tensor) -> Tensor:
    return (x - 1).square().flatten(1).sum(1)


def test_only_the_minimiser_passes() -> None:
    start, best = torch.zeros(2, 1, 2, 2), torch.ones(2, 1, 2, 2)
    require_minimiser(objective, best, start, 1e-5, objective, "the point")
    wrong = best.clone()
    wrong[1] += 0.1
    with pytest.raises(AssertionError, match="the point"):
        require_minimiser(objective, wrong, start, 1e-5, objective, "the point")
