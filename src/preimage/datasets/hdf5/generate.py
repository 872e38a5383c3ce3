"""Measurements of many images in one HDF5 file."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor

from preimage.datasets.dataset import Dataset
from preimage.datasets.draws import generator_of
from preimage.datasets.hdf5.columns import Column, ColumnType, read_columns, write_empty
from preimage.datasets.hdf5.hdf5_dataset import HDF5Dataset
from preimage.datasets.hdf5.identity import describe_generation, differences, physics_tensors
from preimage.datasets.hdf5.partial import Partial, begin_partial, check_idle, writing
from preimage.datasets.hdf5.rows import Row, row_of
from preimage.datasets.simulated import measure
from preimage.datasets.tensors import TensorDataset
from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.files.atomic import check_free
from preimage.physics import Physics
from preimage.physics.generators import ParameterGenerator

__all__ = ["generate_dataset"]

_SECONDS = 5.0  # between two times at which what is written is made safe
_BLOCK = 1 << 24  # bytes copied at once

Images = Dataset | Tensor


@dataclass(frozen=True)
class _Plan:
    """What is to be written.

    Attributes:
        groups: the images of each group.
        row: gives the arrays of one sample of a group.
        attributes: what the file says of how it was made.
    """

    groups: Mapping[str, Dataset]
    row: Callable[[str, int], Row]
    attributes: Mapping[str, str | int]


def generate_dataset(
    physics: Physics,
    images: Images | Mapping[str, Images],
    path: Path | str,
    *,
    generator: ParameterGenerator | None = None,
    seed: int = 0,
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Measure images and write images, measurements and parameters to an HDF5 file, which :class:`HDF5Dataset` reads.

    Noise and parameters of sample ``i`` follow from the seed, the name of its group, and ``i`` only. A call that was
    killed is repeated as it was: it goes on where it was some seconds before, and the file is equal to the bit to that
    of a run that nothing disturbed. Until it is finished it is called ``NAME.partial``. If ``path`` is there already,
    made alike from the first of the images, the others are added: again the file is that of a single run, and the old
    one stays until the new one is complete.

    The file holds ``GROUP/x``, ``GROUP/y`` (or ``GROUP/y/0``, ``GROUP/y/1``, ... where a measurement is a tuple) and
    ``GROUP/params/NAME``, uncompressed, one row for each sample; complex numbers as h5py has them; the tensors of the
    physics under ``physics/``; physics, generator, seed and versions as attributes.

    Args:
        physics: the forward model, noise included.
        images: a dataset of images of one size or a tensor (N, C, H, W), which make the group ``train``; or several by
            the names of their groups, such as ``{"train": a, "test": b}``.
        path: the file to write.
        generator: the law of random parameters, drawn for each sample; none by default.
        seed: the seed of noise and parameters.
        overwrite: whether a file made otherwise is replaced, and an unfinished one begun again.
        progress: called with the number of samples that are written and that of all.

    Returns:
        ``path``.

    Raises:
        ArgumentError: a group has no images or an impossible name, or the file that is there was made otherwise.
        ShapeError: samples differ in shape.
        ImageFileError: the file cannot be written.
        MissingDependency: the ``io`` extra is needed.
    """
    groups = {name: _dataset(given) for name, given in _named(images).items()}

    def row(group: str, index: int) -> Row:
        whole = groups[group][index]
        if whole.x is None:
            raise ArgumentError(f"`images` must be images, got none in sample {index} of {group!r}; give clean ones.")
        return row_of(measure(whole, physics, generator, generator_of(f"simulation {group}", seed, 0, index)))

    attributes = describe_generation(physics, generator, seed, {name: len(dataset) for name, dataset in groups.items()})
    return _generate(_Plan(groups, row, attributes), Path(path), physics_tensors(physics), overwrite, progress)


def _generate(
    plan: _Plan,
    path: Path,
    tensors: Mapping[str, np.ndarray],
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
    seconds: float = _SECONDS,
) -> Path:
    check_free(path, overwrite=True)
    first = {group: plan.row(group, 0) for group in plan.groups}
    old = {} if overwrite or not path.exists() else _old(path, plan, first)
    if old and all(len(old[group]) == len(plan.groups[group]) for group in old):
        return path
    partial, empty = (path.with_name(path.name + end) for end in (".partial", ".partial.new"))
    types = [
        ColumnType(f"{group}/{name}", len(plan.groups[group]), array.shape, array.dtype)
        for group, row in first.items()
        for name, array in row.items()
    ]
    try:
        with writing(empty):
            write_empty(empty, types, plan.attributes, tensors)
        columns = {group: read_columns(empty, group)[0] for group in plan.groups}
        if overwrite or not partial.exists():
            check_idle(partial)
            with writing(partial):
                begin_partial(empty, len(plan.groups))
                os.replace(empty, partial)
        else:
            _check_partial(partial, plan, columns)
            if partial.stat().st_size == empty.stat().st_size:  # complete: killed just before it was renamed
                os.replace(partial, path)
                return path
    finally:
        empty.unlink(missing_ok=True)
    return _write(plan, Partial(partial, columns), path, old, progress, seconds)


def _write(
    plan: _Plan,
    file: Partial,
    path: Path,
    old: Mapping[str, HDF5Dataset],
    progress: Callable[[int, int], None] | None,
    seconds: float,
) -> Path:
    """Write what is missing, and finish the file."""
    counts, total = list(file.counts), sum(map(len, plan.groups.values()))
    safe = time.monotonic()
    try:
        for number, (group, dataset) in enumerate(plan.groups.items()):
            if group in old and counts[number] < len(old[group]):
                _copy(old[group], file, group)
                counts[number] = len(old[group])
            columns = {column.type.name.removeprefix(f"{group}/"): column for column in file.groups[group]}
            for index in range(counts[number], len(dataset)):
                file.write_row(_fitted(columns, plan.row(group, index), group, index), index)
                counts[number] = index + 1
                if time.monotonic() - safe >= seconds:
                    file.keep(counts)
                    safe = time.monotonic()
                if progress is not None:
                    progress(sum(counts), total)
        file.finish(path)
    finally:
        file.close()
    return path


def _named(images: Images | Mapping[str, Images]) -> Mapping[str, Images]:
    named = images if isinstance(images, Mapping) else {"train": images}
    if wrong := [name for name in named if not name.isidentifier() or name == "physics"]:
        raise ArgumentError(f"`images` must have names such as train and test, got {wrong[0]!r}; take another word.")
    if not named or not all(len(given) for given in named.values()):
        raise ArgumentError("`images` must be one or more in each group, got none; leave empty groups out.")
    return named


def _dataset(given: Images) -> Dataset:
    return TensorDataset(given) if isinstance(given, Tensor) else given


def _fitted(columns: Mapping[str, Column], row: Row, group: str, index: int) -> list[tuple[Column, np.ndarray]]:
    """The arrays of a row beside their columns."""
    for name in {**columns, **row}:
        there = columns[name].type if name in columns else None
        if there is None or name not in row or (row[name].shape, row[name].dtype) != (there.shape, there.dtype):
            got = f"{row[name].dtype} {row[name].shape}" if name in row else "none"
            raise ShapeError(
                f"`images` must give samples of one shape, got `{name}` {got} in sample {index} of {group!r}, unlike "
                "sample 0; cut patches of one size (PatchDataset)."
            )
    return [(columns[name], array) for name, array in row.items()]


def _old(path: Path, plan: _Plan, first: Mapping[str, Row]) -> dict[str, HDF5Dataset]:
    """The groups of the file that is there, which the plan must continue."""
    known = {group: HDF5Dataset(path, group) for group in plan.groups}
    there = next(iter(known.values())).attributes
    reasons = differences(there, plan.attributes)
    for group, dataset in known.items():
        if len(dataset) > len(plan.groups[group]):
            reasons.append(f"{group} has {len(dataset)} samples, not {len(plan.groups[group])}")
        else:
            last = len(dataset) - 1
            rows = ((0, first[group]), (last, plan.row(group, last)))
            changed = [index for index, row in rows if not _equal(row_of(dataset[index]), row)]
            reasons += [f"sample {index} of {group} is another" for index in changed]
    if reasons:
        raise ArgumentError(
            f"`path` must be new or made by the same call, got {path}, where {reasons[0]}; take another name, or "
            "overwrite=True."
        )
    return known


def _equal(a: Row, b: Row) -> bool:
    return a.keys() == b.keys() and all(a[name].tobytes() == b[name].tobytes() for name in a)


def _check_partial(partial: Path, plan: _Plan, columns: Mapping[str, list[Column]]) -> None:
    """Refuse an unfinished file that another call has begun."""
    try:
        found = {group: read_columns(partial, group) for group in plan.groups}
    except BlockingIOError as error:  # HDF5 heeds the lock of who writes
        raise ImageFileError(f"{partial} is being written by another process; wait until it has finished.") from error
    except (KeyError, OSError, RuntimeError) as error:
        raise ImageFileError(f"{partial} cannot be read: {error}; delete it, or take overwrite=True.") from error
    reasons = differences(next(iter(found.values()))[1], plan.attributes)
    reasons += [f"{group} has other columns or sizes" for group in found if found[group][0] != columns[group]]
    if reasons:
        raise ArgumentError(
            f"`path` must be continued by the same call, got {partial}, where {reasons[0]}; repeat that call, or take "
            "overwrite=True to begin again."
        )


def _copy(old: HDF5Dataset, file: Partial, group: str) -> None:
    """Copy all rows of a finished file."""
    with old.path.open("rb", buffering=0) as source:
        for before, column in zip(old.columns(), file.groups[group], strict=True):
            left, place = len(old) * column.type.row_bytes, column.place(0)
            source.seek(before.place(0))
            while left:
                block = source.read(min(left, _BLOCK))
                file.write(place, memoryview(block))
                left, place = left - len(block), place + len(block)
