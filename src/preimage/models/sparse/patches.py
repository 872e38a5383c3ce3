"""The patches of an image, all or those of a part of their grid."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.models.sparse.updates import Observed, chunks, observe
from preimage.transform import assemble_patches, extract_patches, patch_counts

__all__ = ["Patches"]

_ALL = slice(None)


@dataclass(frozen=True)
class Patches:
    """Centred patches of an image, which are extracted where they are needed: they take ``size^2`` times its memory.

    Attributes:
        image: (B, C, H, W).
        mask: one where it was measured, (1 or B, C, H, W); ``None`` where all was.
        size, stride: side and distance of patches.
        means: what is subtracted from each, (B, n, 1).
    """

    image: Tensor
    mask: Tensor | None
    size: int
    stride: int
    means: Tensor

    @classmethod
    def of(cls, image: Tensor, mask: Tensor | None, size: int, stride: int) -> Self:
        """Centred by the mean of what was measured of each."""
        plain = cls(image, mask, size, stride, image.new_zeros(()))
        parts = (observe(*plain._extracted(rows, _ALL)).means for rows in plain.bands())
        return dataclasses.replace(plain, means=torch.cat(list(parts), 1))

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        rows, columns = (-(-self._last(axis) // self.stride) + 1 for axis in (-2, -1))
        return rows, columns

    def bands(self) -> Iterator[slice]:
        """Rows of the grid, a few patches at a time; all at once where the patches are recorded for gradients."""
        rows, columns = self.grid
        return iter([slice(0, rows)]) if torch.is_grad_enabled() else chunks(rows, columns)

    def parts(self) -> Iterator[tuple[slice, Observed]]:
        """Numbers of the patches in :meth:`bands`, and these."""
        columns = self.grid[1]
        return ((slice(rows.start * columns, rows.stop * columns), self.at(rows)) for rows in self.bands())

    def at(self, rows: slice = _ALL, columns: slice = _ALL) -> Observed:
        """Patches of some rows and columns of the grid, row by row."""
        patches, mask = self._extracted(rows, columns)
        means = self.means.unflatten(1, self.grid)[:, rows, columns].flatten(1, 2)
        centred = patches - means
        return Observed(centred if mask is None else centred * mask, means, mask)

    def averaged(self, parts: Iterable[Tensor]) -> Tensor:
        """The image whose pixels are the means of the patches they are in, which are given by :meth:`bands`."""
        total = torch.zeros_like(self.image)
        for rows, part in zip(self.bands(), parts, strict=True):
            pixels = total[self._pixels(rows, _ALL)]
            pixels += assemble_patches(part.to(total.dtype), tuple(pixels.shape), self.size, self.stride)
        thin = total[:1, :1, :, : self.size], total[:1, :1, : self.size]
        tall, wide = (patch_counts(part, self.size, self.stride) for part in thin)
        return total / (tall[..., :1] * wide[..., :1, :])  # rows of patches there, times columns

    def _extracted(self, rows: slice, columns: slice) -> tuple[Tensor, Tensor | None]:
        pixels = self._pixels(rows, columns)
        mask = None if self.mask is None else extract_patches(self.mask[pixels], self.size, self.stride)
        return extract_patches(self.image[pixels], self.size, self.stride), mask

    def _pixels(self, rows: slice, columns: slice) -> tuple[slice, ...]:
        """Where those patches lie in the image."""
        places = [slice(None), slice(None)]
        for axis, which in ((-2, rows), (-1, columns)):
            count, last = self.grid[axis], self._last(axis)
            corners = [min(range(count)[which][k] * self.stride, last) for k in (0, -1)]
            places.append(slice(corners[0], corners[1] + self.size))
        return tuple(places)

    def _last(self, axis: int) -> int:
        """Where the last patch starts; at zero also in an image smaller than a patch, whose patches are refused."""
        return max(0, self.image.shape[axis] - self.size)
