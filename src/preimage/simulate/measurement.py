"""A picture measured."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.degradations import DegradationPhysics, DrawnPipeline
from preimage.errors import ArgumentError, CapabilityError
from preimage.files import ImageFile
from preimage.files.atomic import replacing_together
from preimage.files.digest import array_sha256, file_sha256, path_sha256
from preimage.files.record_text import record_text, versions
from preimage.physics import Decolorize, Physics
from preimage.simulate.builders.fitted import Fitted
from preimage.simulate.declaration import PhysicsRow
from preimage.simulate.noises import find_noise_spec
from preimage.simulate.output import write_measurement
from preimage.simulate.record import SimulationRecord
from preimage.simulate.table import find_physics

__all__ = ["Simulation", "check_unchanged", "digests_of", "simulate", "simulate_again", "version_notes"]


@dataclass(frozen=True)
class Simulation:
    """What came of a simulation.

    Attributes:
        y: the measurement, without the dimension of a batch.
        x: the picture that was measured, (C, H, W), as the physics takes it.
        physics: the operator with its noise.
        record: everything that made it.
        samples: the integers of picture files without floats.
    """

    y: Tensor
    x: Tensor
    physics: Physics
    record: SimulationRecord
    samples: np.dtype

    def write(self, path: Path, record: Path, overwrite: bool = False) -> SimulationRecord:
        """Write the measurement and its record together, or neither; returns the record as it was written.

        Args:
            path: the file of the measurement: .npy, TIFF, or another picture.
            record: the file of its record.
            overwrite: whether files that exist are replaced.

        Raises:
            ArgumentError, ImageFileError: the format cannot hold it, or a file exists or cannot be written.
        """
        with replacing_together((record, path), overwrite) as (beside, staged):
            notes = write_measurement(self.y, staged, self.samples)
            told = replace(self.record, notes=(*self.record.notes, *notes), output=str(path.resolve()))
            beside.write_text(record_text(told), encoding="utf-8")
        return told


def simulate(
    image: Path | str | Tensor,
    physics: str = "denoising",
    noise: str = "none",
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Simulation:
    """Measure a picture: ``y = N(A(x))``.

    Args:
        image: a picture file, or a tensor (C, H, W) in [0, 1].
        physics: a name of :data:`preimage.simulate.table.PHYSICS`, such as ``blur``.
        noise: a law and its numbers, such as ``gaussian:0.02``.
        settings: options of the physics by name; the others are the usual ones.
        seed: the seed of what is random: first the physics, then the noise.

    Raises:
        ArgumentError, ShapeError, ImageFileError: a name or a value is wrong, or does not suit the picture.
    """
    return _simulate(image, SimulationRecord(physics, {}, settings or {}, noise, seed, ()))


@torch.no_grad()
def _simulate(image: Path | str | Tensor, asked: SimulationRecord) -> Simulation:
    """What ``asked`` tells, of ``image``; a history that it holds is taken as it is."""
    row, law = find_physics(asked.physics), find_noise_spec(asked.noise)
    values = row.settle(asked.settings)
    pixels, source, samples, notes = _read(image)
    taken, remarks = _taken(pixels, row)
    rng = torch.Generator().manual_seed(asked.seed)
    if asked.drawn:
        fitted = Fitted(DegradationPhysics(DrawnPipeline.from_json(asked.drawn)), taken[None])
    else:
        fitted: Fitted = row.load()(taken[None], values, rng)
    operator, x = fitted.physics.with_noise(law.build()), fitted.x
    y = operator(x.to(torch.complex64) if row.is_complex else x, rng)
    if not isinstance(y, Tensor):
        raise CapabilityError(f"`physics` must measure one tensor, got {row.name}, which measures several.")
    if tuple(x.shape) != tuple(taken[None].shape):
        remarks = (*remarks, f"measured is a picture of {x.shape[-2]}x{x.shape[-1]} rows x columns")
    record = SimulationRecord(
        row.name, source, values, asked.noise, asked.seed, tuple(y.shape[1:]), digests_of(values),
        notes=(*notes, *remarks), drawn=operator.drawn.to_json() if isinstance(operator, DegradationPhysics) else "",
    )  # fmt: skip
    return Simulation(y[0], x[0], operator, record, samples)


def simulate_again(record: SimulationRecord, image: Path | None = None) -> Simulation:
    """Do again what ``record`` tells: the same bits, by the same versions on the same kind of processor.

    Args:
        record: the record beside a measurement.
        image: the picture, where it is not, or no longer, at the recorded path.

    Raises:
        ArgumentError, ImageFileError: the record is of a tensor, or the picture is missing or another one.
    """
    source = Path(record.input["path"]) if image is None else image
    if image is None and not record.input["path"]:
        raise ArgumentError("`image` must be given, got none; the record is of a tensor, which has no path.")
    if record.stack:
        raise ArgumentError("`record` must be of a picture, got one of a stack; simulate_stack_again takes it.")
    check_unchanged(record, source)
    again = _simulate(source, record)
    return replace(again, record=replace(again.record, notes=(*again.record.notes, *version_notes(record))))


def check_unchanged(record: SimulationRecord, source: Path) -> None:
    """Require that what was measured, and the files that options name, are those of then.

    Raises:
        ArgumentError: one differs.
    """
    if path_sha256(source) != record.input["sha256"]:
        raise ArgumentError(f"`image` must be the recorded file, got {source}, whose bytes differ; get the original.")
    for name, digest in digests_of(record.settings).items():
        if digest != record.files.get(name):
            raise ArgumentError(f"`{name}` must be the recorded file, got another content; get the original back.")


def version_notes(record: SimulationRecord) -> tuple[str, ...]:
    """Whether a record was made by other versions, after which bits may differ."""
    changed = [
        f"{name} {record.versions.get(name)} then, {now} now"
        for name, now in versions().items()
        if record.versions.get(name) != now
    ]
    return (f"bits may differ: {', '.join(changed)}",) if changed else ()


def digests_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Sha256 of the files that options name."""
    paths = {name: Path(value) for name, value in values.items() if isinstance(value, str)}
    return {name: file_sha256(path) for name, path in paths.items() if path.is_file()}


def _read(image: Path | str | Tensor) -> tuple[Tensor, dict[str, str], np.dtype, tuple[str, ...]]:
    """Pixels (C, H, W), where they are from, the integers of like files, and what is to be known."""
    if isinstance(image, Tensor):
        if image.ndim != 3 or not image.is_floating_point():
            raise ArgumentError(f"`image` must be real, (C, H, W), got {image.dtype} {tuple(image.shape)}; reshape it.")
        source = {"path": "", "sha256": array_sha256(image.numpy(), image.shape)}
        return image.float(), source, np.dtype(np.uint8), ()
    file = ImageFile.read(image)
    source = {"path": str(Path(image).resolve()), "sha256": file_sha256(Path(image))}
    beside = (f"{file.bands} bands beside the colours are left out",) if file.bands else ()
    samples = np.dtype(np.uint16 if file.dtype.itemsize > 1 and file.dtype.kind in "uif" else np.uint8)
    return file.parts()[0], source, samples, (*file.notes(), *beside)


def _taken(pixels: Tensor, row: PhysicsRow) -> tuple[Tensor, tuple[str, ...]]:
    """The picture in the colours that the physics takes."""
    if row.takes == "colour" and len(pixels) != 3:
        raise ArgumentError(
            f"`image` must be a picture in colour for {row.name}, got {len(pixels)} channel; take another."
        )
    if row.takes == "grey" and len(pixels) == 3:
        return Decolorize().A(pixels[None])[0], ("the picture was made grey",)
    return pixels, ()
