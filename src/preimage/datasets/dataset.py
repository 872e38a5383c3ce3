"""What every dataset is: a sequence of samples, with fresh random draws for each epoch; and several in a row."""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from torch.utils.data import Dataset as TorchDataset
from typing_extensions import Self

from preimage.datasets.sample import Sample

__all__ = ["Concatenation", "Dataset"]


class Dataset(TorchDataset[Sample], ABC):
    """A sequence of :class:`Sample`: ``len(dataset)``, ``dataset[i]``, and iteration in order.

    A dataset is a value: ``dataset[i]`` is the same whenever it is asked for. Where samples are random, those of
    sample ``i`` in epoch ``e`` follow from the seed, ``e`` and ``i`` only, so that neither the number of workers nor
    the batch size nor a resumed run changes them. :meth:`at_epoch` gives the dataset of another epoch.

    A subclass defines ``__len__`` and :meth:`sample`, and :meth:`at_epoch` where something is random or lies below it.
    Datasets pickle, and go to the workers of a data loader, which takes ``collate_fn=collate``::

        loader = DataLoader(dataset.at_epoch(epoch), batch_size=8, num_workers=2, collate_fn=collate)
    """

    @abstractmethod
    def __len__(self) -> int:
        """The number of samples."""

    @abstractmethod
    def sample(self, index: int) -> Sample:
        """The sample of this index, 0 <= ``index`` < ``len(self)``."""

    def at_epoch(self, epoch: int) -> Self:
        """The dataset as it is in this epoch, counted from 0: itself where nothing is random."""
        return self

    def __getitem__(self, index: int) -> Sample:
        """The sample of this index; negative ones count from the end.

        Raises:
            IndexError: there is no such sample.
        """
        count = len(self)
        if not -count <= index < count:
            raise IndexError(f"`index` must be in [{-count}, {count}), got {index}; the dataset has {count} samples.")
        return self.sample(index % count)

    def __iter__(self) -> Iterator[Sample]:
        """The samples in their order."""
        return (self.sample(index) for index in range(len(self)))

    def __add__(self, other: "Dataset") -> "Concatenation":  # pyright: ignore[reportIncompatibleMethodOverride]
        """The samples of this dataset, and then those of the other."""
        return Concatenation((self, other))


@dataclass(frozen=True, eq=False)
class Concatenation(Dataset):
    """The samples of several datasets, one dataset after the other.

    Args:
        datasets: the datasets in their order.
    """

    datasets: tuple[Dataset, ...]

    def __len__(self) -> int:
        """The samples of all together."""
        return sum(map(len, self.datasets))

    def sample(self, index: int) -> Sample:
        """The sample of the dataset in which the index falls."""
        ends = list(accumulate(map(len, self.datasets)))
        which = bisect_right(ends, index)
        return self.datasets[which][index - (ends[which - 1] if which else 0)]

    def at_epoch(self, epoch: int) -> Self:
        """Every dataset in this epoch; itself where none is random."""
        there = tuple(dataset.at_epoch(epoch) for dataset in self.datasets)
        same = all(new is old for new, old in zip(there, self.datasets, strict=True))
        return self if same else replace(self, datasets=there)
