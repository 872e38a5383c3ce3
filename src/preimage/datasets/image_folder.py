"""Pictures of a folder as a dataset."""

from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from preimage.datasets.dataset import Dataset
from preimage.datasets.paths import files_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError
from preimage.files import ImageFile
from preimage.files.formats.table import suffixes

__all__ = ["ImageFolder"]

_LUMA = (0.299, 0.587, 0.114)


class ImageFolder(Dataset):
    """The pictures of a folder, read when they are asked for.

    Pictures are read as those to restore are: any format of :mod:`preimage.files`, upright, black and white by what
    their samples can be, with all of their bits, without transparency and bands. They come in natural order of their
    paths: ``2.png`` before ``10.png``. :class:`Cached` keeps decoded ones in memory.

    Args:
        folder: where the pictures are.
        channels: 1 for grey, the luma ``0.299 R + 0.587 G + 0.114 B`` of ITU-R BT.601; 3 for RGB; ``None`` for what
            each file holds.
        pattern: which files, as :meth:`pathlib.Path.glob` takes it; ``"**/*"`` looks into folders, too.
        role: what the pictures are: ``"x"`` for clean images, ``"y"`` for measurements of which no truth is known.

    Shapes: float32 (C, H, W), nominally in [0, 1].

    Raises:
        ArgumentError: ``channels`` or ``role`` is none of these.
        ImageFileError: there is no such folder, or no picture in it.
    """

    def __init__(
        self,
        folder: Path | str,
        channels: Literal[1, 3] | None = 3,
        pattern: str = "*",
        role: Literal["x", "y"] = "x",
    ) -> None:
        if channels not in (1, 3, None):
            raise ArgumentError(f"`channels` must be 1, 3 or None, got {channels}; take 1 for grey, 3 for colour.")
        if role not in ("x", "y"):
            raise ArgumentError(f"`role` must be 'x' or 'y', got {role!r}; clean images are 'x'.")
        self.folder = Path(folder)
        self.channels = channels
        self.pattern = pattern
        self.role = role
        self.paths = files_of(self.folder, suffixes(), pattern)

    def __len__(self) -> int:
        """The number of pictures."""
        return len(self.paths)

    def sample(self, index: int) -> Sample:
        """Decode one picture.

        Raises:
            ImageFileError: it is damaged, or no picture.
        """
        image = of_channels(ImageFile.read(self.paths[index]).parts()[0], self.channels)
        return Sample(image) if self.role == "x" else Sample(y=image)


def of_channels(image: Tensor, channels: int | None) -> Tensor:
    """A picture (1 or 3, H, W) in grey, in RGB, or as it is."""
    if channels is None or len(image) == channels:
        return image
    if channels == 3:
        return image.expand(3, -1, -1).contiguous()
    return torch.tensordot(torch.tensor(_LUMA), image, 1)[None]
