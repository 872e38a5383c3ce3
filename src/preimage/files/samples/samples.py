"""Decoded samples of a file, with what stands beside them."""

from dataclasses import dataclass, field, replace

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.metadata.carried import Metadata
from preimage.files.region import Region

__all__ = ["Samples", "split_channels"]


@dataclass(frozen=True)
class Samples:
    """Decoded samples of the file's own type.

    Attributes:
        format: the name of the format, as in :data:`preimage.files.formats.table.FORMATS`.
        colour: (H, W, C), grey or RGB and then bands; of a volume more axes in front.
        alpha: transparency (H, W), or none.
        palette: whether the file holds at most 256 colours.
        extras: what stands behind grey or RGB in the file, in its order: 0 for a band, 1 for transparency that is
            multiplied in, 2 for transparency that is not, as in TIFF. Empty stands for ``alpha`` alone, of kind 2.
        bits: the number of bits of a sample where the file tells fewer than those of its type, or none.
        left_out: how many reduced copies or further pictures the file holds beside.
        luma_steps: the quantisation steps of a JPEG's brightness, row by row of its 8x8 frequencies.
    """

    format: str
    colour: np.ndarray
    alpha: np.ndarray | None = None
    palette: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    luma_steps: tuple[int, ...] = ()
    extras: tuple[int, ...] = ()
    bits: int | None = None
    left_out: int = 0

    def kinds(self) -> tuple[int, ...]:
        """``extras``, with the transparency that they stand for where they are empty."""
        return self.extras or (() if self.alpha is None else (2,))

    def joined(self) -> np.ndarray:
        """All samples (H, W, C), in the order of ``extras``."""
        if self.alpha is None:
            return self.colour
        kinds = self.kinds()
        before = next(index for index, kind in enumerate(kinds) if kind)  # extras before transparency
        at = self.colour.shape[2] - len(kinds) + 1 + before
        parts = [self.colour[..., :at], self.alpha[..., None].astype(self.colour.dtype), self.colour[..., at:]]
        return np.concatenate(parts, axis=2)

    def cut(self, region: Region) -> "Samples":
        """The samples within ``region`` of all axes but that of the channels."""
        box = region.slices(self.colour.shape[:-1])
        alpha = None if self.alpha is None else np.ascontiguousarray(self.alpha[box])
        return replace(self, colour=np.ascontiguousarray(self.colour[box]), alpha=alpha)


def split_channels(kind: str, array: np.ndarray, palette: bool = False, metadata: Metadata | None = None) -> Samples:
    """``array`` (H, W) or (H, W, 1 to 4) as colour and transparency.

    Raises:
        ImageFileError: there are more channels.
    """
    metadata = Metadata() if metadata is None else metadata
    if array.ndim == 2:
        return Samples(kind, array[..., None], None, palette, metadata)
    channels = array.shape[2]
    if channels in (2, 4):
        return Samples(kind, array[..., :-1], np.ascontiguousarray(array[..., -1]), palette, metadata)
    if channels in (1, 3):
        return Samples(kind, array, None, palette, metadata)
    raise ImageFileError(f"`input` must have 1 to 4 channels, got {channels}; pick the bands to restore first.")
