"""DICOM files, of one image or several, and folders of files: a volume for each series, in the order of positions."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.array_format import array_format
from preimage.files.formats.checks import first_bytes
from preimage.files.formats.dicom.frames import Frame, decoded, dicom_frames
from preimage.files.formats.format import StackFormat
from preimage.files.stacks.layout import Affine, layout_of
from preimage.files.stacks.scaling import scaled, scaled_type
from preimage.files.stacks.stored import Box, StoredArray, reading

__all__ = ["DICOM", "dicom_arrays"]

_SUFFIXES = (".dcm", ".dicom", ".ima")
_EVEN = 0.01  # of the distance of planes, by which distances may differ
_PLACE = 1e-3  # millimetres, within which images lie at one place


def _sniff(head: bytes) -> bool:
    return head[128:132] == b"DICM"


def _files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.iterdir()) if p.is_file() and p.stat().st_size > 132 and _sniff(first_bytes(p))]


def _is_series(folder: Path) -> bool:
    """Whether there are DICOM files in ``folder``, whatever they are called."""
    return any(p.is_file() and p.stat().st_size > 132 and _sniff(first_bytes(p)) for p in sorted(folder.iterdir()))


def dicom_arrays(path: Path) -> list[StoredArray]:
    """The images of a file, or a volume for each series in a folder; values are ``slope * stored + intercept``.

    Images at several places are planes, in the order of their positions along the normal of the planes; several at
    each place are times, in the order of their numbers. Where files tell no place the order is that of the numbers.

    Raises:
        ImageFileError: a file is damaged, or the images of a series do not fit together.
        MissingDependency: the ``io`` extra is needed.
    """
    series: dict[str, list[Frame]] = defaultdict(list)
    for file in _files(path) if path.is_dir() else [path]:
        with reading(file):
            for frame in dicom_frames(file):
                series[frame.series].append(frame)
    if not series:
        raise ImageFileError(f"`input` must hold DICOM images, got {path} without any.")
    alone = len(series) == 1
    return [_array(path, "" if alone else name, frames) for name, frames in series.items()]


def _array(path: Path, name: str, frames: Sequence[Frame]) -> StoredArray:
    first = frames[0]
    for frame in frames:
        if (frame.shape, frame.white_is_zero, frame.axes is None) != (
            first.shape, first.white_is_zero, first.axes is None,
        ):  # fmt: skip
            raise ImageFileError(
                f"`input` must be images of one size and kind, got {frame.shape} in {frame.path} and {first.shape}."
            )
    places, ordered = _ordered(frames)
    planes = len(ordered) // (times := len(ordered) // len(places))
    ends = [scaled_type(f.stored, f.slope, f.intercept, *f.limits) for f in frames]
    dtype = np.result_type(*ends)
    row, column = first.spacing or (None, None)
    step, notes = _step(places, first)
    flat = layout_of(
        first.shape, dtype, "YXS" if len(first.shape) == 3 else "YX", {"Y": row, "X": column}, {"Y": "mm", "X": "mm"},
        value_unit=first.unit, metadata={"modality": first.modality} if first.modality else {},
        affine=_affine(ordered[0], step), notes=(*notes, *_turned(first)),
    )  # fmt: skip
    layout = flat if len(ordered) == 1 else flat.stacked(planes, "Z", step, "mm")
    layout = layout.stacked(times, "T") if times > 1 else layout
    across = len(layout.shape) - len(first.shape)

    def take(box: Box) -> np.ndarray:
        sizes = [part.stop - part.start for part in box]
        out = np.empty(sizes, dtype)
        for target in np.ndindex(*sizes[:across]):
            source = [part.start + at for part, at in zip(box, target, strict=False)]
            frame = ordered[int(np.ravel_multi_index(source, layout.shape[:across])) if across else 0]
            out[target] = scaled(decoded(frame)[box[across:]], frame.slope, frame.intercept, dtype)
        return out

    return StoredArray(path, name, layout, take)


def _turned(first: Frame) -> tuple[str, ...]:
    return ("white is zero in the file (MONOCHROME1): values are turned round",) if first.white_is_zero else ()


def _ordered(frames: Sequence[Frame]) -> tuple[list[float], list[Frame]]:
    """The places of the planes along their normal, and the images: all planes of the first time, of the second, ...

    Raises:
        ImageFileError: there are more images at one place than at another.
    """
    axes = frames[0].axes
    if len(frames) == 1 or axes is None or any(frame.position is None for frame in frames):
        return [float(at) for at in range(len(frames))], sorted(frames, key=lambda frame: (frame.order, frame.index))
    normal = np.cross(axes[:3], axes[3:])
    along = sorted(((float(np.dot(frame.position or (), normal)), frame) for frame in frames), key=lambda pair: pair[0])
    groups: list[list[Frame]] = []
    places: list[float] = []
    for place, frame in along:
        if not places or place - places[-1] > _PLACE:
            places.append(place)
            groups.append([])
        groups[-1].append(frame)
    counts = {len(group) for group in groups}
    if len(counts) != 1:
        raise ImageFileError(
            f"`input` must have as many images at each place, got {min(counts)} to {max(counts)} in the series of "
            f"{frames[0].path}; part them."
        )
    groups = [sorted(group, key=lambda frame: frame.order) for group in groups]
    return places, [group[time] for time in range(counts.pop()) for group in groups]


def _step(places: Sequence[float], first: Frame) -> tuple[float | None, tuple[str, ...]]:
    """The distance of planes, where they are evenly spaced."""
    if len(places) == 1:
        return first.thickness, ()
    if first.position is None or first.axes is None:
        return first.thickness, ("the files tell no positions: planes are in the order of their numbers",)
    gaps = np.diff(places)
    middle = float(np.median(gaps))
    if float(np.abs(gaps - middle).max()) > _EVEN * middle:
        told = f"planes are not evenly spaced: {gaps.min():.4g} to {gaps.max():.4g} mm apart"
        return middle, (told,)
    return float(np.mean(gaps)), ()


def _affine(first: Frame, step: float | None) -> Affine | None:
    """From (column, row, plane) to right, anterior, superior; DICOM's own are left and posterior."""
    if first.position is None or first.axes is None or first.spacing is None:
        return None
    along_row, along_column = np.array(first.axes[:3]), np.array(first.axes[3:])
    row, column = first.spacing
    columns = [column * along_row, row * along_column, (step or 1.0) * np.cross(along_row, along_column)]
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = np.stack(columns, 1), first.position
    turned = np.diag([-1.0, -1.0, 1.0, 1.0]) @ matrix
    return tuple(tuple(float(value) for value in line) for line in turned)


DICOM = array_format("DICOM", _SUFFIXES, _sniff, StackFormat(dicom_arrays, is_folder=_is_series, needs="pydicom"))
