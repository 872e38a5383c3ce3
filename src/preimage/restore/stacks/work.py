"""The work on the planes of a stack, one by one or as volumes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.files import StoredArray
from preimage.files.stacks.writing import StackWriter
from preimage.restore.frame.level import Level
from preimage.restore.frame.work import Progress, Session
from preimage.restore.stacks.directions import denoise_directions
from preimage.restore.stacks.survey import Survey, channel_of, pictures_of
from preimage.restore.stacks.volumes import Index, volume_groups, write_group

__all__ = ["StackWork"]


@dataclass(frozen=True)
class StackWork:
    """A stack, what was found of it, and the method that was prepared for its pictures.

    Attributes:
        array: the stack.
        found: the spans of its values and its noise.
        session: restores a picture.
        device: where.
        progress: is told of every plane that is done.
        is_inverse: whether a value that is no number would spoil those around it.
    """

    array: StoredArray
    found: Survey
    session: Session
    device: torch.device
    progress: Progress | None = None
    is_inverse: bool = False

    def planes(self, writer: StackWriter) -> int:
        """Restore and write each plane; returns how many values were clipped.

        Raises:
            ArgumentError: a value is no number where that spoils others.
        """
        clipped, total = 0, self._total()
        for done, index in enumerate(self.array.layout.planes()):
            self._tell(done, total)
            channel, plane = channel_of(self.array.layout, index), self.array.plane(index)
            if self.is_inverse and not np.isfinite(plane).all():
                raise ArgumentError(
                    f"`INPUT` must be finite where a blur is undone, got NaN or infinity in plane {index} of "
                    f"{self.array.path}; fill them in first."
                )
            span = self.found.spans[channel]
            before = span.pixels(plane)
            parts = [self._solved(part[None], channel)[0] for part in pictures_of(before)]
            clipped += writer.put(index, span.changed(plane, before, torch.cat(parts)))
        self._tell(total, total)
        return clipped

    def volumes(self, writer: StackWriter, mode: str) -> int:
        """Restore each volume, or film, along all of its directions, and write its planes; see :meth:`planes`."""
        clipped, done, total = 0, 0, self._total()
        for group in volume_groups(self.array.layout, mode):
            self._tell(done, total)
            clipped += write_group(group, self._volume, writer.put)
            done += sum(map(len, group))
        self._tell(total, total)
        return clipped

    def _volume(self, planes: Sequence[Index]) -> np.ndarray:
        channel = channel_of(self.array.layout, planes[0])
        span, level = self.found.spans[channel], self.found.levels[channel]
        values = [self.array.plane(index) for index in planes]
        before = torch.stack([span.pixels(plane) for plane in values])
        parts = [
            denoise_directions(part, lambda picture: self._solved(picture, channel), _variance(part, level))
            for part in ((before,) if before.shape[1] in (1, 3) else before.split(1, 1))
        ]
        after = torch.cat(parts, 1)
        return np.stack([span.changed(*each) for each in zip(values, before, after, strict=True)])

    def _solved(self, picture: Tensor, channel: int) -> Tensor:
        return self.session.solve(picture.to(self.device), self.found.level(channel, picture[0])).x.cpu()

    def _total(self) -> int:
        return int(np.prod(self.array.layout.stack_shape)) if self.array.layout.stack_shape else 1

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total)


def _variance(pixels: Tensor, level: Level) -> Tensor:
    """That of the noise of each pixel."""
    if level.light is None:
        return torch.full_like(pixels, level.value**2)
    return level.light.variance(pixels)
