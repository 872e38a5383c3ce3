"""Köhler's photographs under real camera shake."""

from pathlib import Path
from typing import Literal

from preimage.datasets.dataset import Dataset
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import ImageFile

__all__ = ["Kohler"]

_PRINTS, _PATHS = 4, 12


class Kohler(Dataset):
    """Four prints photographed along twelve paths of a shaken camera: ``y`` is blurred, ``x`` is sharp.

    Sample ``12 * (print - 1) + path - 1`` has ``y`` from ``BlurryP_T.png`` and ``x`` from a frame of the same path,
    ``ImageP/KernelT/GroundTruthP_T_N.png``. There are about 199 frames of a path, and the published score takes the
    best of all.

    Args:
        folder: where the archives of the authors were unpacked.
        frame: the frame that is the truth: the middle one, or the N of its name.

    Shapes: float32 (3, H, W), in [0, 1].

    Raises:
        ArgumentError: ``frame`` is below 1.
        ImageFileError: a blurred picture is missing.

    Source: Köhler, Hirsch, Mohler, Schölkopf, Harmeling, "Recording and Playback of Camera Shake", ECCV 2012.
    """

    def __init__(self, folder: Path | str, frame: int | Literal["middle"] = "middle") -> None:
        if frame != "middle" and frame < 1:
            raise ArgumentError(f"`frame` must be 'middle' or at least 1, got {frame}; frames are counted from 1.")
        self.folder = Path(folder)
        self.frame = frame
        for index in range(len(self)):
            if not (path := self._blurred(index)).is_file():
                raise ImageFileError(
                    f"`folder` must hold the 48 blurred pictures of Köhler et al., got {folder} without {path.name}; "
                    "get BlurryImages.zip and GroundTruth_pngs_Image1.zip to 4 from "
                    "http://people.kyb.tuebingen.mpg.de/rolfk/BenchmarkECCV2012/ and unpack them there."
                )

    def __len__(self) -> int:
        """48: four prints times twelve paths."""
        return _PRINTS * _PATHS

    def frames(self, index: int) -> list[int]:
        """The numbers of the sharp frames that there are."""
        pictures = self._sharp(index).parent.glob("GroundTruth*.png")
        return sorted(int(path.stem.rpartition("_")[2]) for path in pictures)

    def sample(self, index: int) -> Sample:
        """Read the blurred picture, and the frame that is its truth.

        Raises:
            ImageFileError: there is no such frame.
        """
        frames = self.frames(index)
        number = frames[(len(frames) - 1) // 2] if self.frame == "middle" and frames else self.frame
        if number not in frames:
            place = self._sharp(index).parent
            raise ImageFileError(f"`folder` must hold sharp frame {self.frame}, got {len(frames)} frames in {place}.")
        y, x = (ImageFile.read(path).parts()[0] for path in (self._blurred(index), self._sharp(index, number)))
        return Sample(x, y)

    def _blurred(self, index: int) -> Path:
        return self.folder / f"Blurry{index // _PATHS + 1}_{index % _PATHS + 1}.png"

    def _sharp(self, index: int, number: int | str = 1) -> Path:
        image, path = index // _PATHS + 1, index % _PATHS + 1
        return self.folder / f"Image{image}" / f"Kernel{path}" / f"GroundTruth{image}_{path}_{number}.png"
