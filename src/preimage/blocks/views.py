"""Pictures seen from a larger canvas, and back, without being copied."""

from dataclasses import dataclass

import numpy as np
import torch

from preimage.blocks.array import BlockArray
from preimage.blocks.sources import BlockSource
from preimage.files.stacks.stored import Box
from preimage.physics.blur import Window
from preimage.physics.blur.window import continuation

__all__ = ["EmbeddedSource", "ExtendedSource", "SeenSource"]


@dataclass(frozen=True)
class EmbeddedSource:
    """A picture in its window of a canvas, which is zero around it.

    Attributes:
        picture: what is embedded, of the size of the window.
        window: where it lies.
    """

    picture: BlockSource
    window: Window

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the canvas."""
        return self.window.full_height, self.window.full_width

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``."""
        window = self.window
        starts, sizes = (window.top, window.left), (window.height, window.width)
        inside, place = [], []
        for part, start, size in zip(box, starts, sizes, strict=True):
            first, last = max(part.start, start), min(part.stop, start + size)
            inside.append(slice(first - start, last - start))
            place.append(slice(first - part.start, last - part.start))
        out = np.zeros([part.stop - part.start for part in box], np.float32)
        if all(part.stop > part.start for part in inside):
            out[tuple(place)] = self.picture.read(tuple(inside))
        return out


@dataclass(frozen=True)
class SeenSource:
    """The part of a canvas that lies in its window.

    Attributes:
        canvas: the whole.
        window: what is seen.
    """

    canvas: BlockArray
    window: Window

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the window."""
        return self.window.height, self.window.width

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``."""
        starts = (self.window.top, self.window.left)
        return self.canvas.read(
            tuple(slice(part.start + at, part.stop + at) for part, at in zip(box, starts, strict=True))
        )


@dataclass(frozen=True)
class ExtendedSource:
    """A picture continued smoothly to a periodic canvas, as :func:`preimage.physics.blur.window.extend` does it.

    Attributes:
        picture: what is continued, of the size of the window.
        window: where it lies.
    """

    picture: BlockSource
    window: Window

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the canvas."""
        return self.window.full_height, self.window.full_width

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``."""
        window, like = self.window, torch.empty(())
        rows = continuation(window.top, window.height, window.full_height, like)
        columns = continuation(window.left, window.width, window.full_width, like)
        own, next_one, share = (part[box[0]] for part in rows)
        image = torch.from_numpy(self._rows(own.numpy()))
        if bool(share.any()):
            faded = self._rows(torch.where(share > 0, next_one, own).numpy())
            image = torch.lerp(image, torch.from_numpy(faded), share[:, None])
        own, next_one, share = (part[box[1]] for part in columns)
        return torch.lerp(image[:, own], image[:, next_one], share).numpy()

    def _rows(self, rows: np.ndarray) -> np.ndarray:
        """Whole rows of the picture in any order; those that are neighbours are read together."""
        wanted = np.unique(rows)
        groups = np.split(wanted, np.flatnonzero(np.diff(wanted) > 1) + 1)
        width = slice(0, self.window.width)
        values = [self.picture.read((slice(int(group[0]), int(group[-1]) + 1), width)) for group in groups]
        return np.concatenate(values)[np.searchsorted(wanted, rows)]
