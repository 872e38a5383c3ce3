import pytest
import torch

from preimage.datasets import PatchDataset, Subset, TensorDataset, split_dataset
from preimage.errors import ArgumentError


def numbers(count: int) -> TensorDataset:
    return TensorDataset(torch.arange(count).float().reshape(count, 1, 1, 1).expand(count, 1, 3, 3))


@pytest.mark.parametrize("count", [0, 1, 2, 9, 100])
def test_parts_have_nothing_in_common_and_are_all(count: int) -> None:
    parts = split_dataset(numbers(count), (0.8, 0.1, 0.1), seed=3)
    indices = [index for part in parts for index in part.indices]
    assert sorted(indices) == list(range(count))
    assert abs(len(parts[0]) - 0.8 * count) <= 1
    again = split_dataset(numbers(count), (0.8, 0.1, 0.1), seed=3)
    assert [part.indices for part in parts] == [part.indices for part in again]


def test_another_seed_deals_otherwise_and_shares_may_leave_some_out() -> None:
    (a,), (b,) = split_dataset(numbers(50), (0.5,), 0), split_dataset(numbers(50), (0.5,), 1)
    assert len(a) == len(b) == 25
    assert a.indices != b.indices
    assert a.indices != tuple(range(25))
    assert [float(sample.x[0, 0, 0]) for sample in a] == list(a.indices)


def test_a_subset_keeps_the_draws_of_its_samples() -> None:
    patches = PatchDataset(TensorDataset(torch.rand(4, 1, 9, 9)), 3, seed=1)
    part = Subset(patches, (3, 1))
    assert torch.equal(part[0].x, patches[3].x)
    assert torch.equal(part.at_epoch(2)[1].x, patches.at_epoch(2)[1].x)
    assert not torch.equal(part.at_epoch(2)[1].x, part[1].x)
    still = Subset(numbers(4), (3, 1))
    assert still.at_epoch(2) is still


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"\[0, 3\), got 3"):
        Subset(numbers(3), (0, 3))
    for shares in ((0.9, 0.2), (-0.1, 0.5), ()):
        with pytest.raises(ArgumentError, match="`shares`"):
            split_dataset(numbers(3), shares)
