import pytest
import torch

from preimage.datasets import Cached, Dataset, PatchDataset, Sample, TensorDataset
from preimage.errors import ArgumentError


class Reads(Dataset):
    """Bytes as floats, then floats, then complex measurements; it tells on a list what was read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def __len__(self) -> int:
        return 3

    def sample(self, index: int) -> Sample:
        self.read.append(index)
        rng = torch.Generator().manual_seed(index)
        if index == 0:
            return Sample(torch.randint(256, (1, 4, 5), generator=rng).float() / 255)
        if index == 1:
            return Sample(torch.rand(1, 4, 5, generator=rng) - 0.5)
        y = (torch.ones(3, dtype=torch.complex64), torch.full((2,), 0.3))
        return Sample(None, y, {"sigma": torch.tensor(0.1)})


def test_samples_are_the_same_to_the_bit_and_read_once() -> None:
    below, plain = Reads(), list(Reads())
    cached = Cached(below)
    assert cached.kept == 3
    assert below.read == [0, 1, 2]
    for index in range(3):
        a, b = cached[index], plain[index]
        assert (a.x is None) == (b.x is None)
        assert a.x is None or torch.equal(a.x, b.x)
    assert torch.equal(cached[2].y[0], plain[2].y[0])
    assert below.read == [0, 1, 2]


@pytest.mark.parametrize(("most_bytes", "kept"), [(0, 0), (19, 0), (20, 1), (99, 1), (100, 2), (135, 2), (136, 3)])
def test_memory_is_bounded(most_bytes: int, kept: int) -> None:
    below = Reads()
    cached = Cached(below, most_bytes)  # 20 bytes, 80, and 24 + 8 + 4
    assert cached.kept == kept
    before = len(below.read)
    assert len(list(cached)) == 3
    assert len(below.read) == before + 3 - kept


def test_what_is_random_is_not_kept() -> None:
    images = TensorDataset(torch.rand(2, 1, 4, 4))
    with pytest.raises(ArgumentError, match="PatchDataset"):
        Cached(PatchDataset(images, 2))
    assert Cached(images).at_epoch(3)[1].x is not None
