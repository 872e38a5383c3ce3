"""Parts of datasets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from typing_extensions import Self

from preimage.datasets.dataset import Dataset
from preimage.datasets.draws import random_order
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError

__all__ = ["Subset", "split_dataset"]


@dataclass(frozen=True, eq=False)
class Subset(Dataset):
    """Some samples of a dataset.

    Args:
        dataset: the dataset of which they are.
        indices: the numbers of the samples, in the order wanted.

    Raises:
        ArgumentError: the dataset has no such sample.
    """

    dataset: Dataset
    indices: tuple[int, ...]

    def __post_init__(self) -> None:
        count = len(self.dataset)
        wrong = [index for index in self.indices if not 0 <= index < count]
        if wrong:
            raise ArgumentError(f"`indices` must be in [0, {count}), got {wrong[0]}; count from 0.")

    def __len__(self) -> int:
        """The number of samples chosen."""
        return len(self.indices)

    def sample(self, index: int) -> Sample:
        """The sample of the dataset behind this place; its random draws stay its own."""
        return self.dataset[self.indices[index]]

    def at_epoch(self, epoch: int) -> Self:
        """The same choice from the dataset of this epoch; itself where that is not random."""
        there = self.dataset.at_epoch(epoch)
        return self if there is self.dataset else replace(self, dataset=there)


def split_dataset(dataset: Dataset, shares: Sequence[float], seed: int = 0) -> tuple[Subset, ...]:
    """Deal the samples out at random to parts that have none in common, such as training, validation and test.

    Split pictures first, and cut patches and simulate afterwards: patches of one picture belong to one part::

        train, validation, test = split_dataset(ImageFolder("pictures"), (0.8, 0.1, 0.1))

    Args:
        dataset: the samples.
        shares: the share of each part; what is missing to 1 goes to no part. Sizes are rounded such that they add up.
        seed: the seed of the deal, which follows from it and the number of samples alone.

    Returns:
        The parts, each in the order of the dataset.

    Raises:
        ArgumentError: a share is negative, or they are more than 1 together.
    """
    ends = list(accumulate(shares))
    if any(share < 0 for share in shares) or not ends or ends[-1] > 1 + 1e-9:
        raise ArgumentError(f"`shares` must be >= 0 and at most 1 together, got {tuple(shares)}; try (0.8, 0.1, 0.1).")
    order = random_order(len(dataset), "split", seed)
    bounds = [0, *(round(min(end, 1) * len(order)) for end in ends)]
    return tuple(Subset(dataset, tuple(sorted(order[low:high]))) for low, high in pairwise(bounds))
