"""Patches of images and volumes as a dataset: at random places with symmetries, or on a grid."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.datasets.dataset import Dataset
from preimage.datasets.draws import generator_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ShapeError

__all__ = ["GridPatchDataset", "PatchDataset"]


@dataclass(frozen=True, eq=False)
class PatchDataset(Dataset):
    """Patches at random places of images or volumes, turned by a random symmetry of the patch.

    A sample with an image and a measurement of the same size (a noisy picture and its clean one) is cut in both alike.
    Other measurements are not cut: simulate them from patches.

    Args:
        dataset: images (C, H, W) or volumes (C, D, H, W).
        size: the side of a patch, or one for each axis, such as ``(8, 64, 64)``.
        per_image: how many patches of an image an epoch has.
        symmetries: whether patches are flipped along each axis at random and, where their height is their width,
            transposed: the 8 symmetries of the square. Slices of a volume are not exchanged with rows.
        seed: the seed of places and symmetries.
        epoch: the number of the epoch; :meth:`at_epoch` sets it.

    Raises:
        ArgumentError: ``per_image`` is below 1.
        ShapeError: ``size`` is not positive; when cut, an image is smaller than a patch.
    """

    dataset: Dataset
    size: int | tuple[int, ...]
    per_image: int = 1
    symmetries: bool = True
    seed: int = 0
    epoch: int = 0

    def __post_init__(self) -> None:
        _check_size(self.size)
        if self.per_image < 1:
            raise ArgumentError(f"`per_image` must be at least 1, got {self.per_image}; take one patch or more.")

    def __len__(self) -> int:
        """The patches of an epoch."""
        return len(self.dataset) * self.per_image

    def sample(self, index: int) -> Sample:
        """The patch of this number: patch ``i % per_image`` of image ``i // per_image``."""
        whole = self.dataset[index // self.per_image]
        rng = generator_of("patches", self.seed, self.epoch, index)
        shape = _spatial(whole)
        sides = _sides(self.size, shape)
        starts = [int(torch.randint(n - side + 1, (), generator=rng)) for n, side in zip(shape, sides, strict=True)]
        flips = torch.rand(len(sides) + 1, generator=rng) < 0.5
        axes = [axis - len(sides) for axis in range(len(sides)) if flips[axis]]
        transposed = bool(flips[-1]) and sides[-1] == sides[-2]

        def cut(image: Tensor) -> Tensor:
            patch = _window(image, starts, sides)
            if not self.symmetries:
                return patch.contiguous()
            patch = patch.flip(axes) if axes else patch
            return (patch.mT if transposed else patch).contiguous()

        return _cut(whole, cut)

    def at_epoch(self, epoch: int) -> Self:
        """Fresh places and symmetries."""
        return replace(self, dataset=self.dataset.at_epoch(epoch), epoch=epoch)


class GridPatchDataset(Dataset):
    """Patches on a grid that covers each image or volume: all of it, with a last patch that ends at its border.

    Args:
        dataset: images (C, H, W) or volumes (C, D, H, W), all of which are looked at once for their sizes.
        size: the side of a patch, or one for each axis.
        stride: the step of the grid, or one for each axis; by default patches do not overlap, but at the border.

    Raises:
        ShapeError: ``size`` or ``stride`` is not positive, or an image is smaller than a patch.
    """

    def __init__(
        self, dataset: Dataset, size: int | tuple[int, ...], stride: int | tuple[int, ...] | None = None
    ) -> None:
        _check_size(size)
        _check_size(size if stride is None else stride, "stride")
        self.dataset = dataset
        self.size = size
        self.stride = stride
        self._shapes = [_spatial(sample) for sample in dataset]
        self._ends = list(accumulate(len(self._starts(shape)) for shape in self._shapes))

    def __len__(self) -> int:
        """The patches of all images."""
        return self._ends[-1] if self._ends else 0

    def sample(self, index: int) -> Sample:
        """The patch of this number, image by image, row by row."""
        image = bisect_right(self._ends, index)
        whole, shape = self.dataset[image], self._shapes[image]
        start = self._starts(shape)[index - (self._ends[image - 1] if image else 0)]
        sides = _sides(self.size, shape)
        return _cut(whole, lambda leaf: _window(leaf, start, sides).contiguous())

    def at_epoch(self, epoch: int) -> "GridPatchDataset":
        """The same grid on the dataset of this epoch."""
        below = self.dataset.at_epoch(epoch)
        return self if below is self.dataset else GridPatchDataset(below, self.size, self.stride)

    def _starts(self, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
        """The first corners of the patches, the last axis fastest."""
        sides = _sides(self.size, shape)
        steps = sides if self.stride is None else _per_axis(self.stride, len(shape))
        lines = [_line(n, side, step) for n, side, step in zip(shape, sides, steps, strict=True)]
        return [tuple(corner) for corner in torch.cartesian_prod(*map(torch.tensor, lines)).tolist()]


def _line(length: int, side: int, step: int) -> list[int]:
    return [*range(0, length - side, step), length - side]


def _check_size(size: int | tuple[int, ...], name: str = "size") -> None:
    if min(size if isinstance(size, tuple) else (size,), default=0) < 1:
        raise ShapeError(f"`{name}` must be at least 1 along each axis, got {size}; give pixels.")


def _per_axis(size: int | tuple[int, ...], axes: int) -> tuple[int, ...]:
    sides = size if isinstance(size, tuple) else (size,) * axes
    if len(sides) != axes:
        raise ShapeError(f"`size` must be one number, or {axes} for such images, got {size}; give one for each axis.")
    return sides


def _sides(size: int | tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    sides = _per_axis(size, len(shape))
    if any(side > n for side, n in zip(sides, shape, strict=True)):
        raise ShapeError(f"`size` must fit into the images, got {sides} for one of {shape}; cut smaller patches.")
    return sides


def _spatial(sample: Sample) -> tuple[int, ...]:
    """The size of what is cut: of the image, or of the measurement where there is none."""
    image = sample.y if sample.x is None else sample.x
    if not isinstance(image, Tensor) or image.ndim not in (3, 4):
        raise ShapeError("`dataset` must hold images (C, H, W) or volumes (C, D, H, W), got something else.")
    return tuple(image.shape[1:])


def _window(image: Tensor, starts: Sequence[int], sides: Sequence[int]) -> Tensor:
    for axis, (start, side) in enumerate(zip(starts, sides, strict=True), 1):
        image = image.narrow(axis, start, side)
    return image


def _cut(whole: Sample, cut: Callable[[Tensor], Tensor]) -> Sample:
    """The image and a measurement of its size, cut alike.

    Raises:
        ShapeError: the measurement or a parameter has another size, so that a patch has no measurement of its own.
    """
    large = [name for name, value in whole.params.items() if value.ndim > 1]
    fits = whole.y is None or (isinstance(whole.y, Tensor) and tuple(whole.y.shape[1:]) == _spatial(whole))
    if large or not fits:
        raise ShapeError(
            f"`dataset` must hold images, or pairs of one size, got {'parameters ' + large[0] if large else 'y'} of "
            "another; cut patches first and simulate from them."
        )
    x, y = (None if part is None else cut(part) for part in (whole.x, whole.y))
    return Sample(x, y, whole.params)
