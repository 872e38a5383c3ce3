"""The satellite images of the NBU pansharpening set."""

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from preimage.datasets.dataset import Dataset
from preimage.datasets.paths import files_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.mat import read_mat_variables

__all__ = ["NBUPansharpening"]

_TOPS = {"gaofen-1": 1023, **dict.fromkeys(("ikonos", "quickbird", "worldview-2", "worldview-3", "worldview-4"), 2047)}


class NBUPansharpening(Dataset):
    """Pairs of a multispectral image and a sharper panchromatic one, of six satellites.

    The files are ``MS_256/1.mat`` with an array (256, 256, C) and ``PAN_1024/1.mat`` with one (1024, 1024), each the
    only variable of its file. C is 4 (blue, green, red, near infrared), or 8 for WorldView-2 and -3 (coastal, blue,
    green, yellow, red, red edge, near infrared 1 and 2). Samples have 11 bits, those of Gaofen-1 10.

    A MATLAB file is read in a process of its own, which takes a part of a second: :class:`Cached` keeps the images.

    Args:
        folder: such as ``nbu/worldview-2``, with ``MS_256`` and ``PAN_1024``.
        satellite: gaofen-1, ikonos, quickbird, worldview-2, worldview-3 or worldview-4; by default the folder's name.
        role: ``"y"``: the pair is a measurement, ``y = (ms, pan)``, of which no truth is known. ``"x"``: the
            multispectral image is the truth from which a coarser pair is simulated (Wald's protocol).

    Shapes: float32 (C, 256, 256) and (1, 1024, 1024), in [0, 1].

    Raises:
        ArgumentError: there is no such satellite, or role.
        ImageFileError: there is no such folder, or the names in the two folders differ.

    Source: Meng et al., "A Large-Scale Benchmark Data Set for Evaluating Pansharpening Performance", IEEE Geoscience
    and Remote Sensing Magazine 9, 2021.
    """

    def __init__(self, folder: Path | str, satellite: str | None = None, role: Literal["x", "y"] = "y") -> None:
        self.folder = Path(folder)
        self.satellite = self.folder.name.lower() if satellite is None else satellite
        if self.satellite not in _TOPS:
            raise ArgumentError(f"`satellite` must be one of {', '.join(_TOPS)}, got {self.satellite!r}; name it.")
        if role not in ("x", "y"):
            raise ArgumentError(f"`role` must be 'x' or 'y', got {role!r}; a real pair is 'y'.")
        self.role = role
        spectral, grey = (files_of(self.folder / name, (".mat",)) for name in ("MS_256", "PAN_1024"))
        if [path.name for path in spectral] != [path.name for path in grey]:
            raise ImageFileError(f"`folder` must hold pairs of one name, got others in {folder}; unpack it again.")
        self.pairs = tuple(zip(spectral, grey, strict=True))

    def __len__(self) -> int:
        """The number of pairs."""
        return len(self.pairs)

    def sample(self, index: int) -> Sample:
        """Read one pair.

        Raises:
            ImageFileError: a file is damaged, or holds no such array.
        """
        spectral, grey = self.pairs[index]
        if self.role == "x":
            return Sample(self._image(spectral))
        return Sample(y=(self._image(spectral), self._image(grey)))

    def _image(self, path: Path) -> Tensor:
        found = [array for array in read_mat_variables(path).values() if array.ndim in (2, 3)]
        if len(found) != 1:
            raise ImageFileError(f"{path} must hold one image, got {len(found)} arrays; unpack it again.")
        values = np.atleast_3d(found[0]).astype(np.float32) / _TOPS[self.satellite]
        return torch.from_numpy(values.transpose(2, 0, 1).copy())
