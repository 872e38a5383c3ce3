"""The images of DICOM files: what each stands for and where it lies, before its pixels are decoded."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional

__all__ = ["Frame", "decoded", "dicom_frames"]


@dataclass(frozen=True)
class Frame:
    """One image.

    Attributes:
        path: its file.
        index: its number in the file.
        count: how many images the file has.
        shape: rows, columns, and three where there are colours.
        stored: the type of the stored numbers, of which only the lowest ``bits`` count.
        bits: as above.
        slope, intercept: ``value = slope * stored + intercept``.
        white_is_zero: whether large numbers are dark (MONOCHROME1).
        spacing: the distance of rows, and of columns, in millimetres, or none.
        position: that of the first pixel in millimetres (left, posterior, superior), or none.
        axes: the directions of a row and of a column, six numbers, or none.
        thickness: the thickness of the plane, or none.
        order: numbers by which images of one place follow each other.
        series: what distinguishes the series.
        unit: the unit of the values.
        modality: ``CT``, ``MR``, ...
    """

    path: Path
    index: int
    count: int
    shape: tuple[int, ...]
    stored: np.dtype
    bits: int
    slope: float
    intercept: float
    white_is_zero: bool
    spacing: tuple[float, float] | None
    position: tuple[float, ...] | None
    axes: tuple[float, ...] | None
    thickness: float | None
    order: tuple[float, ...]
    series: str
    unit: str
    modality: str

    @property
    def limits(self) -> tuple[int, int]:
        """The least and the largest number of so many bits."""
        half = 1 << (self.bits - 1)
        return (-half, half - 1) if self.stored.kind == "i" else (0, 2 * half - 1)


def dicom_frames(path: Path) -> Iterator[Frame]:
    """The images of a file; none where it is a file of another kind, such as a structured report.

    Raises:
        ValueError: it says what cannot be.
    """
    pydicom = _optional.require("pydicom", "io", "reading DICOM files")
    data = pydicom.dcmread(path, stop_before_pixels=True, force=False)
    if "Rows" not in data or "Columns" not in data:
        return
    count = int(data.get("NumberOfFrames") or 1)
    allocated, bits = int(data.BitsAllocated), int(data.get("BitsStored", data.BitsAllocated))
    samples = int(data.get("SamplesPerPixel", 1))
    colour = str(data.get("PhotometricInterpretation", "MONOCHROME2"))
    if (
        allocated not in (1, 8, 16, 32)
        or not 1 <= bits <= allocated
        or samples not in (1, 3)
        or not 1 <= count <= 1 << 20
    ):
        raise ValueError(f"it has {samples} samples of {bits} in {allocated} bits, {count} times")
    if int(data.get("HighBit", bits - 1)) != bits - 1 or colour == "PALETTE COLOR":
        raise ValueError(f"its numbers end at bit {data.get('HighBit')} of {bits}, in {colour}")
    kind = "i" if int(data.get("PixelRepresentation", 0)) else "u"
    shape = (int(data.Rows), int(data.Columns), *((3,) if samples == 3 else ()))
    if min(shape) < 1:
        raise ValueError(f"its size is {shape}")
    for index in range(count):
        scaling = _found(data, index, "PixelValueTransformationSequence")
        slope, intercept = _number(scaling, "RescaleSlope", 1.0), _number(scaling, "RescaleIntercept", 0.0)
        yield Frame(
            path, index, count, shape, np.dtype(f"{kind}{max(1, allocated // 8)}"), bits, slope, intercept,
            colour == "MONOCHROME1", _pair(_found(data, index, "PixelMeasuresSequence")),
            _numbers(_found(data, index, "PlanePositionSequence"), "ImagePositionPatient", 3),
            _numbers(_found(data, index, "PlaneOrientationSequence"), "ImageOrientationPatient", 6),
            _number(_found(data, index, "PixelMeasuresSequence"), "SliceThickness", 0.0) or None,
            (_number(data, "TemporalPositionIdentifier", 0.0), _number(data, "AcquisitionNumber", 0.0),
             _number(data, "InstanceNumber", 0.0), float(index)),
            str(data.get("SeriesInstanceUID", "")), _unit(data, scaling), str(data.get("Modality", "")),
        )  # fmt: skip


def _found(data: Any, index: int, name: str) -> Any:
    """Where an image's own group of elements is: of the image, of all images of the file, or of the file itself."""
    own = data.get("PerFrameFunctionalGroupsSequence")
    if own is not None and index < len(own) and own[index].get(name):
        return own[index].get(name)[0]
    shared = data.get("SharedFunctionalGroupsSequence")
    if shared and shared[0].get(name):
        return shared[0].get(name)[0]
    return data


def _number(data: Any, name: str, default: float) -> float:
    value = data.get(name)
    number = default if value is None or value == "" else float(value)
    if not np.isfinite(number):
        raise ValueError(f"its {name} is {value}")
    return number


def _numbers(data: Any, name: str, count: int) -> tuple[float, ...] | None:
    value = data.get(name)
    if value is None or value == "" or len(value) != count:
        return None
    found = tuple(float(one) for one in value)
    return found if all(np.isfinite(found)) else None


def _pair(data: Any) -> tuple[float, float] | None:
    found = _numbers(data, "PixelSpacing", 2)
    return None if found is None or min(found) <= 0 else (found[0], found[1])


def _unit(data: Any, scaling: Any) -> str:
    told = str(scaling.get("RescaleType") or data.get("Units") or "")
    return told or ("HU" if str(data.get("Modality", "")) == "CT" else "")


def decoded(frame: Frame) -> np.ndarray:
    """The stored numbers of an image: signs of fewer bits than the type has are extended, and black is zero.

    Raises:
        ValueError: the file holds others than it says.
    """
    pixels = _optional.require("pydicom.pixels", "io", "reading DICOM files")
    raw = np.asarray(pixels.pixel_array(frame.path, index=frame.index))
    if raw.shape != frame.shape or raw.dtype.itemsize != frame.stored.itemsize:
        raise ValueError(f"its pixels are {raw.shape} of {raw.dtype}")
    values = raw.astype(frame.stored, copy=False)
    spare = 8 * frame.stored.itemsize - frame.bits
    if spare and len(frame.shape) == 2:
        values = values << spare >> spare
    if frame.white_is_zero:
        low, high = frame.limits
        values = (low + high - values.astype(np.int64)).astype(frame.stored)
    return values
