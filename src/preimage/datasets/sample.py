"""Samples of a dataset, and batches of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves, tree_map
from preimage.errors import ArgumentError, ShapeError

__all__ = ["Batch", "Sample", "collate"]


@dataclass(frozen=True, eq=False)
class Sample:
    """One image and its measurement, without a batch dimension.

    Args:
        x: the image (C, H, W) or (C, D, H, W); ``None`` where the truth is unknown.
        y: the measurement, a tensor or a (nested) tuple of tensors; ``None`` where nothing was measured yet.
        params: the parameters of the physics for this image, by name; a batch of them is for ``physics(x, **params)``.
    """

    x: Tensor | None = None
    y: Measurement = None
    params: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Batch:
    """Images and their measurements, side by side along the first dimension.

    Args:
        x: the images (B, C, H, W) or (B, C, D, H, W), or ``None``.
        y: the measurements, a tensor or a (nested) tuple of tensors, or ``None``.
        params: the parameters of the physics, by name, each with B values: ``physics.replace(**params)`` is the physics
            that measured ``y``.
    """

    x: Tensor | None = None
    y: Measurement = None
    params: Mapping[str, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of samples."""
        return len(next(iter(_tensors(self)), ()))

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on another device."""
        return _mapped(self, lambda tensor: tensor.to(device))

    def pin_memory(self) -> "Batch":
        """The same batch in page-locked memory, which a data loader with ``pin_memory=True`` asks for."""
        return _mapped(self, Tensor.pin_memory)

    def samples(self) -> list[Sample]:
        """The samples of the batch, one by one."""
        return [self._sample(index) for index in range(len(self))]

    def _sample(self, index: int) -> Sample:
        one = _mapped(self, lambda tensor: tensor[index])
        return Sample(one.x, one.y, one.params)


def collate(samples: Sequence[Sample]) -> Batch:
    """Stack samples along a new first dimension; hand it to a data loader as ``collate_fn``.

    Args:
        samples: one or more, with tensors of the same shapes and types.

    Raises:
        ArgumentError: there is none, or some have an image, a measurement or a parameter that others lack.
        ShapeError: the tensors of two samples differ in shape or type.
    """
    if not samples:
        raise ArgumentError("`samples` must be one or more, got none; leave the batch out.")
    names = [sorted(sample.params) for sample in samples]
    if any(name != names[0] for name in names):
        raise ArgumentError(f"`samples` must have the same parameters, got {_first_two(names)}; draw the same for all.")
    params = {name: _stack([sample.params[name] for sample in samples], name) for name in names[0]}
    xs, ys = [sample.x for sample in samples], [sample.y for sample in samples]
    if (x := _complete(xs, "x")) is not None:
        x = _stack(x, "x")
    if (y := _complete(ys, "y")) is not None:
        if any(_structure(one) != _structure(y[0]) for one in y):
            raise ShapeError("`samples` must have measurements of one structure, got tuples that differ; part them.")
        y = tree_map(lambda *tensors: _stack(tensors, "y"), y[0], *y[1:])
    return Batch(x, y, params)


def _complete(values: Sequence, name: str) -> Sequence | None:
    """All of the values, or ``None`` where each of them is."""
    missing = sum(value is None for value in values)
    if 0 < missing < len(values):
        raise ArgumentError(
            f"`samples` must all have `{name}` or none, got {missing} of {len(values)} without; part them."
        )
    return None if missing else values


def _stack(tensors: Sequence[Tensor], name: str) -> Tensor:
    first = tensors[0]
    for other in tensors:
        if other.shape != first.shape or other.dtype != first.dtype:
            raise ShapeError(
                f"`samples` must be alike in a batch, got `{name}` of {tuple(first.shape)} {first.dtype} and of "
                f"{tuple(other.shape)} {other.dtype}; take patches of one size (PatchDataset), or batches of one."
            )
    return torch.stack(list(tensors))


def _structure(tree: Measurement) -> object:
    return tree_map(lambda _: 0, tree)


def _first_two(names: list[list[str]]) -> str:
    other = next(name for name in names if name != names[0])
    return f"{', '.join(names[0]) or 'none'} and {', '.join(other) or 'none'}"


def _tensors(batch: Batch) -> list[Tensor]:
    parts = [batch.x, *([] if batch.y is None else leaves(batch.y)), *batch.params.values()]
    return [part for part in parts if part is not None]


def _mapped(batch: Batch, function: Callable[[Tensor], Tensor]) -> Batch:
    x = None if batch.x is None else function(batch.x)
    y = None if batch.y is None else tree_map(function, batch.y)
    return Batch(x, y, {name: function(value) for name, value in batch.params.items()})
