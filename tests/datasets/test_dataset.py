import pytest
import torch

from preimage.datasets import Dataset, Sample


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
