"""Samples of a dataset that stay in memory."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._tree import leaves, tree_map
from preimage.datasets.dataset import Dataset
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError

__all__ = ["Cached"]


@dataclass(frozen=True, eq=False)
class _Bytes:
    """An image whose values are ``k / 255`` with whole ``k``, exactly."""

    values: Tensor

    def decoded(self) -> Tensor:
        return self.values.float() / 255


class Cached(Dataset):
    """A dataset whose first samples are kept in memory, as many as fit; the others are read whenever asked for.

    They are read once, when the object is made, and nothing is kept later: the memory is bounded, and every worker of
    a data loader has the same samples. Images of 8 bits take one byte a pixel and channel.

    Args:
        dataset: what is read, such as an :class:`ImageFolder`; not random, because a kept sample never changes.
        most_bytes: the most memory that kept samples take.

    Raises:
        ArgumentError: the dataset is random: another epoch would give other samples.
    """

    def __init__(self, dataset: Dataset, most_bytes: int = 1 << 30) -> None:
        if dataset.at_epoch(1) is not dataset:
            raise ArgumentError(
                f"`dataset` must not be random, got {type(dataset).__name__}; cache what it draws from instead."
            )
        self.dataset = dataset
        self.most_bytes = most_bytes
        self._kept = _read(dataset, most_bytes)

    def __len__(self) -> int:
        """The number of samples, kept or not."""
        return len(self.dataset)

    @property
    def kept(self) -> int:
        """The number of samples that are in memory."""
        return len(self._kept)

    def sample(self, index: int) -> Sample:
        """The sample from memory, or from where the dataset has it."""
        if index >= len(self._kept):
            return self.dataset[index]
        x, y, params = self._kept[index]
        return Sample(_decoded(x), None if y is None else tree_map(_decoded, y), params)


def _read(dataset: Dataset, most_bytes: int) -> tuple[tuple, ...]:
    kept, left = [], most_bytes
    for sample in dataset:
        x, y = _encoded(sample.x), None if sample.y is None else tree_map(_encoded, sample.y)
        parts = [x, *([] if y is None else leaves(y)), *sample.params.values()]
        left -= sum(_size(part) for part in parts)
        if left < 0:
            break
        kept.append((x, y, sample.params))
    return tuple(kept)


def _encoded(tensor: Tensor | None) -> Tensor | _Bytes | None:
    """``tensor`` in bytes, where these give it back to the bit."""
    if tensor is None or tensor.dtype != torch.float32:
        return tensor
    short = _Bytes((tensor.clamp(0, 1) * 255).round().to(torch.uint8))
    return short if torch.equal(short.decoded(), tensor) else tensor


def _decoded(kept: Tensor | _Bytes | None) -> Tensor | None:
    return kept.decoded() if isinstance(kept, _Bytes) else kept


def _size(kept: Tensor | _Bytes | None) -> int:
    if kept is None:
        return 0
    tensor = kept.values if isinstance(kept, _Bytes) else kept
    return tensor.numel() * tensor.element_size()
