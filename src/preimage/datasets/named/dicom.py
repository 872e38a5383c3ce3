"""Computed tomography in folders of DICOM files, as the LIDC-IDRI collection has it."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.datasets.dataset import Dataset
from preimage.datasets.paths import files_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.containers.dicom import PIXEL_DATA, dicom_elements
from preimage.files.formats.dicom.dicom import DICOM

__all__ = ["DICOMSlices", "DICOMVolumes"]

_HEAD = 1 << 13  # bytes in which the modality stands


@dataclass(frozen=True)
class _Slice:
    """One image of a series: its values, where it lies, and the series to which it belongs."""

    values: np.ndarray
    position: np.ndarray | None
    normal: np.ndarray | None
    number: int
    series: str


class _Series(Dataset):
    """Folders of DICOM files of one modality, in natural order.

    Values are ``slope * stored + intercept``, for computed tomography Hounsfield units (air -1000, water 0). Files may
    be of the explicit, implicit or deflated little-endian transfer syntax; compressed ones are refused.

    Args:
        folder: where the files are, at any depth; each folder of files is one series.
        window: the values that become 0 and 1, such as (-1000, 400); others lie outside [0, 1]. ``None`` leaves values
            as they are.
        modality: the modality wanted, told by the first file of each folder; ``None`` takes all.

    Raises:
        ImageFileError: there is no such folder, or no such file in it.
        ArgumentError: ``window`` is empty.
    """

    def __init__(
        self, folder: Path | str, window: tuple[float, float] | None = None, modality: str | None = "CT"
    ) -> None:
        if window is not None and not window[0] < window[1]:
            raise ArgumentError(f"`window` must be low < high, got {window}; (-1000, 400) is usual for lungs.")
        self.folder = Path(folder)
        self.window = window
        self.modality = modality
        series: dict[Path, list[Path]] = defaultdict(list)
        for path in files_of(self.folder, DICOM.suffixes, "**/*"):
            series[path.parent].append(path)
        kept = [tuple(paths) for paths in series.values() if modality in (None, _modality(paths[0]))]
        if not kept:
            raise ImageFileError(f"`folder` must hold DICOM files of modality {modality}, got none in {folder}.")
        self.series = tuple(kept)

    def _windowed(self, values: np.ndarray) -> Tensor:
        low, high = (0.0, 1.0) if self.window is None else self.window
        return torch.from_numpy(((values - low) / (high - low)).astype(np.float32))


class DICOMVolumes(_Series):
    """The volumes of folders of DICOM files, one for each folder; slices follow each other in space.

    Slices are in the order of their positions along the normal of the image plane, the file's order where positions are
    missing. Shapes: float32 (1, D, H, W).
    """

    def __len__(self) -> int:
        """The number of series."""
        return len(self.series)

    def sample(self, index: int) -> Sample:
        """Read all slices of a series.

        Raises:
            ImageFileError: a file is damaged or compressed, or the folder holds several series, or slices of two sizes.
        """
        slices = [_read(path) for path in self.series[index]]
        folder = self.series[index][0].parent
        if len({one.series for one in slices}) > 1:
            raise ImageFileError(f"`folder` must hold one series a folder, got several in {folder}; part them.")
        if len({one.values.shape for one in slices}) > 1:
            raise ImageFileError(f"`folder` must hold slices of one size, got several in {folder}; part them.")
        return Sample(self._windowed(np.stack([one.values for one in sorted(slices, key=_place)]))[None])


class DICOMSlices(_Series):
    """The slices of folders of DICOM files, one for each file, in natural order of folders and names.

    Shapes: float32 (1, H, W).
    """

    def __len__(self) -> int:
        """The number of files."""
        return sum(map(len, self.series))

    def sample(self, index: int) -> Sample:
        """Read one slice.

        Raises:
            ImageFileError: the file is damaged or compressed.
        """
        for paths in self.series:
            if index < len(paths):
                return Sample(self._windowed(_read(paths[index]).values)[None])
            index -= len(paths)
        raise IndexError("there is no such slice")


def _place(one: _Slice) -> tuple[float, int]:
    """Along the normal of the plane; by number where the file tells no position."""
    if one.position is None or one.normal is None:
        return float(one.number), one.number
    return float(one.position @ one.normal), one.number


def _modality(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    try:
        for element in dicom_elements(head):
            if element.tag == 0x00080060:
                return _text(element.value)
            if element.tag > 0x00080060:
                return None
    except ValueError:  # cut off, damaged, or no such file: what is read tells
        return None
    return None


def _read(path: Path) -> _Slice:
    try:
        found = {element.tag: element.value for element in dicom_elements(path.read_bytes())}
        rows, columns, bits, stored = (_integer(found, tag) for tag in (0x00280010, 0x00280011, 0x00280100, 0x00280101))
        signed = bool(_integer(found, 0x00280103, 0))
        if _integer(found, 0x00280002, 1) != 1 or int(_text(found.get(0x00280008, b"1"))) != 1:
            raise ValueError("it is no single grey image")
        values = _pixels(found[PIXEL_DATA], bits, stored, signed)[: rows * columns].reshape(rows, columns)
        slope, intercept = (_numbers(found.get(tag)) for tag in (0x00281053, 0x00281052))
        values = values * (slope[0] if slope else 1.0) + (intercept[0] if intercept else 0.0)
        position, axes = _numbers(found.get(0x00200032)), _numbers(found.get(0x00200037))
    except (KeyError, ValueError) as error:
        why = f"it lacks the element {error.args[0]:08x}" if isinstance(error, KeyError) else error
        raise ImageFileError(f"{path} cannot be read as DICOM: {why}.") from error
    return _Slice(
        values,
        np.array(position) if len(position) == 3 else None,
        np.cross(axes[:3], axes[3:]) if len(axes) == 6 else None,
        int(_text(found.get(0x00200013, b"0")) or 0),
        _text(found.get(0x0020000E, b"")),
    )


def _pixels(data: bytes, bits: int, stored: int, signed: bool) -> np.ndarray:
    """Integers of which the lowest ``stored`` bits count."""
    if bits not in (8, 16, 32) or not 1 <= stored <= bits:
        raise ValueError(f"its samples have {stored} of {bits} bits")
    raw = np.frombuffer(data[: len(data) // (bits // 8) * (bits // 8)], f"<{'i' if signed else 'u'}{bits // 8}")
    return raw << (bits - stored) >> (bits - stored)


def _text(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("latin-1").strip()


def _numbers(value: bytes | None) -> list[float]:
    return [float(part) for part in _text(value or b"").split("\\") if part.strip()]


def _integer(found: dict[int, bytes], tag: int, default: int | None = None) -> int:
    if tag not in found and default is not None:
        return default
    return int.from_bytes(found[tag][:2], "little")
