from collections.abc import Sequence

import pytest
import torch

from preimage.datasets import Dataset, PatchDataset, Sample, TensorDataset


class Listed(Dataset):
    """Samples of a list, which may be of several sizes."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def sample(self, index: int) -> Sample:
        return self.samples[index]


class Squares(Dataset):
    def __len__(self) -> int:
        return 3

    def sample(self, index: int) -> Sample:
        return Sample(torch.tensor([index**2]))


def test_it_is_a_sequence() -> None:
    squares = Squares()
    assert [int(sample.x) for sample in squares] == [0, 1, 4]
    assert int(squares[-1].x) == 4
    assert squares.at_epoch(7) is squares
    for index in (3, -4):
        with pytest.raises(IndexError, match="has 3 samples"):
            squares[index]


def test_several_follow_each_other_in_each_epoch() -> None:
    images = TensorDataset(torch.rand(2, 1, 9, 9))
    both = Squares() + PatchDataset(images, 3) + Squares()
    assert len(both) == 8
    assert [int(both[index].x) for index in (0, 2, 5, -1)] == [0, 4, 0, 4]
    still = Squares() + Squares()
    assert still.at_epoch(3) is still
    assert torch.equal(both.at_epoch(3)[4].x, PatchDataset(images, 3).at_epoch(3)[1].x)
