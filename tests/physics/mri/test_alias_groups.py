import torch

from preimage.physics.mri.alias_groups import fold, pattern_periods, unfold
from tests.example import random


def test_folded_and_unfolded() -> None:
    x = random(2, 3, 8, 6)
    groups = fold(x, (2, 3))
    assert groups.shape == (2, 3, 8, 6)
    assert groups[0, 0, 0].tolist() == [x[0, 0, row, column].item() for row in (0, 4) for column in (0, 2, 4)]
    assert torch.equal(unfold(groups, (2, 3), (8, 6)), x)


def test_periods() -> None:
    row, column = torch.arange(8)[:, None], torch.arange(6)[None, :]
    assert pattern_periods(torch.ones(8, 6), 2) == (1, 1)
    assert pattern_periods((row % 4 == 1).expand(8, 6).float(), 2) == (4, 1)
    assert pattern_periods(((row + column) % 2).float(), 2) == (2, 2)
    uneven = (torch.arange(20)[:, None] % 3 == 0).expand(20, 6).float()  # 20 is no multiple of 3
    assert pattern_periods(uneven, 2) is None
    assert pattern_periods(random(8, 6), 2) is None
