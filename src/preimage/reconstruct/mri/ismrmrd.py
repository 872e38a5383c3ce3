"""ISMRMRD files: acquisitions, one readout after the other, sorted into k-space."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.hdf5 import hdf5_text
from preimage.files.stacks.stored import damaged
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.memory import check_fits
from preimage.reconstruct.mri.kspace import KSpace
from preimage.reconstruct.mri.mrd_header import MRDHeader, read_mrd_header
from preimage.reconstruct.mri.oversampling import without_oversampling
from preimage.reconstruct.mri.placing import patient_grid

__all__ = ["Shots", "ismrmrd_group", "read_ismrmrd", "read_shots"]

_NOISE, _REVERSE = 1 << 18, 1 << 21
_CALIBRATION, _CALIBRATION_TOO = 1 << 19, 1 << 20
# Navigators, phase correction, feedback of two kinds, dummy scans, surface coils, phase stabilisation: no image.
_OTHERS = sum(1 << bit for bit in (22, 23, 25, 26, 27, 28, 29, 30))
_KEPT = ("repetition", "set", "contrast", "phase", "slice")  # each combination is an image, in this order
_COPIES = 4


@dataclass(frozen=True)
class _Readouts:
    """The readouts of one file: their heads, their samples (coils, samples), and their points (samples, d) each."""

    heads: np.ndarray
    samples: list[np.ndarray]
    points: list[np.ndarray]

    def taken(self, chosen: np.ndarray) -> "_Readouts":
        places = np.flatnonzero(chosen)
        return _Readouts(
            self.heads[chosen], [self.samples[index] for index in places], [self.points[index] for index in places]
        )


@dataclass(frozen=True)
class Shots:
    """Readouts along a trajectory.

    Attributes:
        values: complex64, (images, coils, shots, samples).
        points: cycles per pixel of the encoded image, rows before columns, (images, shots, samples, 2).
        header: what the file tells of the encoding.
        grid: where the voxels of the image are.
        noise: (coils, samples), or ``None``.
    """

    values: np.ndarray
    points: np.ndarray
    header: MRDHeader
    grid: Grid
    noise: np.ndarray | None


def ismrmrd_group(path: Path) -> str | None:
    """The name of the group of acquisitions in an HDF5 file, ``dataset`` by default; ``None`` where there is none."""
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    try:
        with h5py.File(path, "r") as file:
            for name, group in file.items():
                if isinstance(group, h5py.Group) and {"xml", "data"} <= set(group):
                    return name
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise damaged(path, error) from error
    return None


def read_ismrmrd(path: Path, group: str, budget: int | None, full: bool = False) -> KSpace:
    """The Cartesian acquisitions of a file.

    Each combination of repetition, set, contrast, phase and slice is an image; averages are averaged, segments belong
    together. Rows of the image are steps of the phase encoding, columns are along the readout, whose oversampling is
    removed. Calibration readouts beside the image are used where the image has none of their own.

    Args:
        path: the file.
        group: see :func:`ismrmrd_group`.
        budget: bytes that the process may take.
        full: whether to keep the oversampling.

    Raises:
        ImageFileError: the file is damaged, or its encoding is not Cartesian.
    """
    header, imaging, scaled = _opened(path, group, budget)
    if header.trajectory != "cartesian":
        raise ImageFileError(f"`input` must be Cartesian, got {path} with the trajectory {header.trajectory}.")
    values, mask, notes = _sorted(imaging, header, path, budget)
    grid = patient_grid(header, imaging.heads)
    return without_oversampling(values, mask, header, grid, scaled, notes, full)


def read_shots(path: Path, group: str, budget: int | None) -> Shots | None:
    """The readouts of a file along a trajectory in the plane; ``None`` where its encoding is Cartesian.

    Raises:
        ImageFileError: the file is damaged, its readouts have no trajectory, one in three dimensions, or are unequal.
    """
    header, imaging, noise = _opened(path, group, budget)
    if header.trajectory == "cartesian":
        return None
    if header.encoded[2] > 1 or min(points.shape[1] for points in imaging.points) < 2:
        raise ImageFileError(f"`input` must have trajectories in a plane, got {path} with {header.trajectory}.")
    images = np.stack([imaging.heads["idx"][name] for name in _KEPT], 1)
    _, which = np.unique(images, axis=0, return_inverse=True)
    chosen = [np.flatnonzero(which.ravel() == number) for number in range(which.max() + 1)]
    sizes = {values.shape for values in imaging.samples}
    if len(sizes) != 1 or len({len(numbers) for numbers in chosen}) != 1:
        raise ImageFileError(f"`input` must have equal readouts, as many for each image, got {path} with others.")
    values = np.stack([np.stack([imaging.samples[index] for index in numbers], 1) for numbers in chosen])
    # The readout's frequency comes first in the file, that of the rows here.
    points = np.stack([np.stack([imaging.points[index][:, 1::-1] for index in numbers]) for numbers in chosen])
    return Shots(values, points, header, patient_grid(header, imaging.heads), noise)


def _opened(path: Path, group: str, budget: int | None) -> tuple[MRDHeader, _Readouts, np.ndarray | None]:
    """The header, the readouts of images, and noise of their bandwidth."""
    header = read_mrd_header(hdf5_text(path, f"{group}/xml") or "", path)
    readouts = _read(path, group, budget)
    flags = readouts.heads["flags"]
    noise = _noise(readouts.taken((flags & _NOISE) != 0))
    imaging = readouts.taken((flags & (_NOISE | _OTHERS)) == 0)
    if not imaging.samples:
        raise ImageFileError(f"`input` must hold readouts of an image, got {path} without any.")
    coils = {len(samples) for samples in imaging.samples}
    if len(coils) != 1:
        raise ImageFileError(f"`input` must be of the same coils throughout, got {path} with {sorted(coils)}.")
    return header, imaging, None if noise is None else _as_long(*noise, imaging.heads)


def _read(path: Path, group: str, budget: int | None) -> _Readouts:
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    try:
        with h5py.File(path, "r") as file:
            data = file[group]["data"]
            check_fits(path, _COPIES * path.stat().st_size, budget)
            table = data[()]
        heads = table["head"]
        samples = [_complex(raw, head) for raw, head in zip(table["data"], heads, strict=True)]
        points = [_points(raw, head) for raw, head in zip(table["traj"], heads, strict=True)]
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, IndexError) as error:
        raise damaged(path, error) from error
    for values in samples:
        if not np.isfinite(values).all():
            raise ImageFileError(f"`input` must hold finite numbers, got NaN or infinity in a readout of {path}.")
    return _Readouts(heads, samples, points)


def _complex(raw: np.ndarray, head: Any) -> np.ndarray:
    """(coils, samples) without what is to be discarded at both ends."""
    coils, count = int(head["active_channels"]), int(head["number_of_samples"])
    values = np.asarray(raw, np.float32)
    if coils < 1 or count < 1 or values.size != 2 * coils * count:
        raise ValueError(f"a readout of {coils} coils and {count} samples holds {values.size} numbers")
    both = values.view(np.complex64).reshape(coils, count)
    end = count - int(head["discard_post"])
    kept = both[:, int(head["discard_pre"]) : end]
    return kept[:, ::-1] if int(head["flags"]) & _REVERSE else kept


def _points(raw: np.ndarray, head: Any) -> np.ndarray:
    """(samples, d) of the samples that are kept."""
    count, dims = int(head["number_of_samples"]), int(head["trajectory_dimensions"])
    values = np.asarray(raw, np.float32)
    if values.size != count * dims:
        raise ValueError(f"a trajectory of {count} samples in {dims} dimensions holds {values.size} numbers")
    return values.reshape(count, dims)[int(head["discard_pre"]) : count - int(head["discard_post"])]


def _noise(readouts: _Readouts) -> tuple[np.ndarray, float] | None:
    """All samples of the noise scans, (coils, samples), and the time of one in microseconds."""
    if not readouts.samples:
        return None
    return np.concatenate(readouts.samples, 1), float(readouts.heads["sample_time_us"][0])


def _as_long(noise: np.ndarray, time: float, heads: np.ndarray) -> np.ndarray:
    """Noise with the variance that it has at the bandwidth of the image: it goes with one over the sampling time."""
    wanted = float(heads["sample_time_us"][0])
    return noise * np.float32(np.sqrt(time / wanted)) if time > 0 and wanted > 0 else noise


def _sorted(
    readouts: _Readouts, header: MRDHeader, path: Path, budget: int | None
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """K-space (images, coils, slices, rows, columns), what was taken (images, slices, rows, columns), and notes."""
    index = readouts.heads["idx"]
    images = np.stack([index[name] for name in _KEPT], 1)
    kinds, which = np.unique(images, axis=0, return_inverse=True)
    columns, rows, slices = header.encoded
    shape = (len(kinds), len(readouts.samples[0]), slices, rows, columns)
    check_fits(path, _COPIES * 8 * int(np.prod(shape, dtype=np.float64)), budget)
    is_calibration = (readouts.heads["flags"] & (_CALIBRATION | _CALIBRATION_TOO)) == _CALIBRATION
    total, count = np.zeros(shape, np.complex64), np.zeros((len(kinds), slices, rows, columns), np.uint16)
    alone, alone_count = (total, count) if not is_calibration.any() else (total.copy(), count.copy())
    for number, samples in enumerate(readouts.samples):
        head = readouts.heads[number]
        row = _place(int(head["idx"]["kspace_encode_step_1"]), header.centres[0], rows)
        depth = _place(int(head["idx"]["kspace_encode_step_2"]), header.centres[1], slices)
        start = columns // 2 - _middle(head, samples.shape[1])
        end = start + samples.shape[1]
        if not (0 <= row < rows and 0 <= depth < slices and start >= 0 and end <= columns):
            raise ImageFileError(
                f"`input` must have readouts inside the encoded space {header.encoded}, got step ({row}, {depth}) and "
                f"samples {start} to {end} in {path}."
            )
        target, counter = (alone, alone_count) if is_calibration[number] else (total, count)
        target[which.ravel()[number], :, depth, row, start:end] += samples
        counter[which.ravel()[number], depth, row, start:end] += 1
    if is_calibration.any():  # lines that the image lacks
        fills = (count == 0) & (alone_count > 0)
        total = np.where(fills[:, None], alone, total)
        count = np.where(fills, alone_count, count)
    total /= np.maximum(count, 1)[:, None]
    names = [name for name, column in zip(_KEPT, kinds.T, strict=True) if len(np.unique(column)) > 1]
    notes = (f"images go by {', '.join(names)}",) if len(names) > 1 or (names and names != ["slice"]) else ()
    averages = int(count.max())
    return total, count > 0, (*notes, *((f"up to {averages} readouts were averaged",) if averages > 1 else ()))


def _middle(head: Any, count: int) -> int:
    """The sample in the middle of k-space, of those that were kept."""
    centre = int(head["center_sample"]) - int(head["discard_pre"])
    return count - 1 - centre if int(head["flags"]) & _REVERSE else centre


def _place(step: int, centre: int | None, count: int) -> int:
    """The row of an encoding step: the one in the middle of k-space comes to ``floor(N / 2)``."""
    return step + count // 2 - (count // 2 if centre is None else centre)
