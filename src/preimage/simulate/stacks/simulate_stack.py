"""A stack or volume measured from file to file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.datasets.draws import generator_of
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import Layout, StoredArray, open_lazily
from preimage.files.atomic import replacing_together
from preimage.files.digest import path_sha256
from preimage.files.places import record_beside
from preimage.files.record_text import record_text, versions
from preimage.files.stacks.stored import with_axes
from preimage.files.stacks.writing import StackWriter, stack_format_of, writing_stack
from preimage.restore.stacks.job import folders_of
from preimage.restore.stacks.planes import ValueSpan
from preimage.restore.stacks.survey import channel_of
from preimage.simulate.declaration import PhysicsRow
from preimage.simulate.description import PhysicsDescription
from preimage.simulate.measurement import check_unchanged, digests_of, version_notes
from preimage.simulate.noises import find_noise_spec
from preimage.simulate.record import SimulationRecord
from preimage.simulate.stacks.operator import StackOperator, fit_stack
from preimage.simulate.stacks.spans import as_values, find_spans, recorded_spans
from preimage.simulate.table import PHYSICS, find_physics

__all__ = ["simulate_stack", "simulate_stack_again"]

Progress = Callable[[int, int], None]
Index = tuple[int, ...]


def simulate_stack(
    source: Path | str | StoredArray,
    output: Path | str,
    description: PhysicsDescription,
    *,
    axes: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SimulationRecord:
    """Measure every plane of a stack in a file, or every volume, and write it with its record beside.

    One operator measures all planes; each has noise of its own, which follows from the seed and the number of the
    plane. Where the kernel of a blur is a volume, a file of one or a description such as
    ``na=1.3,ri=1.5,wavelength=520nm``, volumes (Z, Y, X) are measured. For the physics the values of each channel but
    one in a thousand at either end become 0 to 1, as in :func:`preimage.restore.restore_stack`; what is measured is
    written in the units of the stack again, as 32-bit floats. Where a measurement is no image (``mri``,
    ``tomography``, ``pet``), values are only scaled, so that zero stays zero.

    Args:
        source: a file or folder that :func:`preimage.files.open_lazily` reads, or what it gives.
        output: the file to write; its suffix tells the format.
        description: the physics, one that takes stacks; its noise in units of that span; and the seed of what is random
            in the operator, and of the noise of all planes.
        axes: letters for the axes, like ``TZCYX``.
        overwrite: whether to replace what is there.
        progress: ``progress(done, total)``, called after every plane or volume.

    Returns:
        The record, as it is written beside the output.

    Raises:
        ImageFileError: a file cannot be read or written.
        ArgumentError: a name or a value is wrong, or does not suit the stack.
    """
    array = with_axes(source, axes) if isinstance(source, StoredArray) else open_lazily(source, None, axes)
    row = _row_of(description.physics)
    given = {"axes": axes, "key": (source.name or None) if isinstance(source, StoredArray) else None}
    read = {"path": str(array.path.resolve()), "sha256": path_sha256(array.path)}
    values = row.settle(description.settings)
    asked = SimulationRecord(row.name, read, values, description.noise, description.seed, (), stack=given)
    return _carry_out(array, Path(output), asked, None, overwrite, progress)


def simulate_stack_again(
    record: SimulationRecord,
    output: Path | str,
    source: Path | str | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SimulationRecord:
    """Do again what the record of a stack tells: the same bits, by the same versions on the same kind of processor.

    Args:
        record: the record beside a measured stack.
        output: the file to write.
        source: the stack, where it is not, or no longer, at the recorded path.
        overwrite: whether to replace what is there.
        progress: ``progress(done, total)``, called after every plane or volume.

    Raises:
        ArgumentError, ImageFileError: the record is of no stack, or the stack is missing or another one.
    """
    path = Path(record.input["path"]) if source is None else Path(source)
    try:
        key, axes, spans = record.stack["key"], record.stack["axes"], recorded_spans(record.stack)
    except (KeyError, TypeError, ValueError) as error:
        raise ImageFileError("`from_json` must be a whole record of a measured stack, got one without it.") from error
    array = open_lazily(path, key, axes)
    check_unchanged(record, path)
    return _carry_out(array, Path(output), record, spans, overwrite, progress)


@torch.no_grad()
def _carry_out(
    array: StoredArray, output: Path, asked: SimulationRecord, spans: tuple[ValueSpan, ...] | None, overwrite: bool,
    progress: Progress | None,
) -> SimulationRecord:  # fmt: skip
    layout, row = array.layout, _row_of(asked.physics)
    if array.dtype.kind not in "fiub" or len(layout.plane_shape) < 2 or 0 in array.shape:
        raise ArgumentError(
            f"`INPUT` must be real numbers in rows and columns, got {array.dtype} of shape {array.shape}; name another."
        )
    law = find_noise_spec(asked.noise).build()
    operator = fit_stack(row, asked.settings, layout, law, asked.seed)
    held, notes = _measured_layout(layout, operator, row, asked.settings)
    stack_format_of(output, held)
    assert row.keeps is not None  # which _row_of has checked
    spans = find_spans(array, row.keeps) if spans is None else spans
    if len(spans) != layout.size("C"):
        raise ArgumentError(f"`spans` must be one for each channel, got {len(spans)} for {layout.axes} {layout.shape}.")
    work = _Measuring(array, operator, spans, held, asked.seed)
    found = {"layout": [held.axes, list(held.shape)], "spans": [[span.low, span.high] for span in spans]}
    with replacing_together([record_beside(output), output], overwrite, folders_of(output)) as staged:
        with writing_stack(staged[1], held) as writer:
            work.write(writer, progress)
        told = (*layout.notes, *operator.notes, *notes, *writer.notes, *version_notes(asked))
        record = replace(
            asked, shape=held.shape, files=digests_of(asked.settings), stack={**asked.stack, **found}, notes=told,
            output=str(output.resolve()), versions=versions(),
        )  # fmt: skip
        staged[0].write_text(record_text(record), encoding="utf-8")
    return record


def _row_of(physics: str) -> PhysicsRow:
    row = find_physics(physics)
    if row.keeps is None:
        known = ", ".join(other.name for other in PHYSICS if other.keeps is not None)
        raise ArgumentError(f"`physics` must take stacks, got {row.name}, which takes pictures; there are {known}.")
    return row


def _measured_layout(
    layout: Layout, operator: StackOperator, row: PhysicsRow, values: Mapping[str, Any]
) -> tuple[Layout, tuple[str, ...]]:
    """What is known of the measurement, and what is known no more."""
    dtype = np.dtype(np.complex64 if operator.is_complex else np.float32)
    letters = "ZYX"[-len(operator.measured) :]
    sizes = dict(zip(letters, operator.measured, strict=True))
    is_image, factor = row.keeps == "black", values.get("factor", 1)
    spacing, units = list(layout.spacing), list(layout.units)
    for at, letter in enumerate(layout.axes):
        step = spacing[at]
        if letter in "YX" and not is_image:
            spacing[at], units[at] = None, ""
        elif letter in "YX" and step is not None:
            spacing[at] = step * factor
    shape = tuple(sizes.get(letter, size) for letter, size in zip(layout.axes, layout.shape, strict=True))
    moved = layout.affine is not None and (shape != layout.shape or not is_image)
    notes = ("rows and columns are others than before: their place in the scanner is not written",) if moved else ()
    told = replace(
        layout, shape=shape, dtype=dtype, spacing=tuple(spacing), units=tuple(units), limits=None, notes=(),
        affine=None if moved else layout.affine, value_unit=layout.value_unit if is_image else "",
    )  # fmt: skip
    return told, notes


@dataclass(frozen=True)
class _Measuring:
    """A stack, the operator of its planes or volumes, and the values that are 0 and 1 in each channel."""

    array: StoredArray
    operator: StackOperator
    spans: tuple[ValueSpan, ...]
    held: Layout
    seed: int

    def write(self, writer: StackWriter, progress: Progress | None) -> None:
        """Measure and write each plane, or each volume."""
        groups = list(self._groups())
        for number, (index, planes) in enumerate(groups):
            span = self.spans[channel_of(self.array.layout, planes[0])]
            pixels = [span.pixels(self._finite(plane)) for plane in planes]
            x = torch.stack(pixels, 1) if self.operator.takes_volumes else pixels[0]
            y = self.operator(x, generator_of("stack", self.seed, 0, number))
            for at, plane in self._places(index, y):
                writer.put(at, as_values(plane, span, self.held.plane_shape))
            if progress is not None:
                progress(number + 1, len(groups))

    def _groups(self) -> Iterator[tuple[Index, list[Index]]]:
        """What is measured together: each plane, or the planes of each volume; by the index of the first."""
        planes, z = list(self.array.layout.planes()), self._z
        if z is None:
            yield from ((index, [index]) for index in planes)
            return
        ordered = sorted(planes, key=lambda index: (*index[:z], *index[z + 1 :], index[z]))
        for _, group in groupby(ordered, key=lambda index: (*index[:z], *index[z + 1 :])):
            found = list(group)
            yield found[0], found

    def _places(self, index: Index, y: Tensor) -> Iterator[tuple[Index, Tensor]]:
        """The measured planes (C, H, W), and where they go."""
        z = self._z
        if z is None:
            yield index, y
            return
        for at in range(y.shape[1]):
            yield (*index[:z], at, *index[z + 1 :]), y[:, at]

    @property
    def _z(self) -> int | None:
        return self.array.layout.axes.index("Z") if self.operator.takes_volumes else None

    def _finite(self, index: Index) -> np.ndarray:
        plane = self.array.plane(index)
        if not np.isfinite(plane).all():
            raise ArgumentError(
                f"`INPUT` must be finite to be measured, got NaN or infinity in plane {index} of {self.array.path}; "
                "fill them in first."
            )
        return plane
