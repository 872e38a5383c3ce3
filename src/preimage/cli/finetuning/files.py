"""A network trained on by the measurements in files, with a record."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from preimage import zoo
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import replacing_together
from preimage.files.digest import file_sha256
from preimage.files.formats.table import suffixes
from preimage.files.record_text import record_text, versions
from preimage.physics import Physics
from preimage.simulate import PhysicsDescription, read_measurement
from preimage.training.checkpoint import write_weights
from preimage.training.finetuning import Effort, learn_from_measurements

__all__ = ["FileTraining", "FinetuneRecord", "finetune_on_files", "read_measurements"]


@dataclass(frozen=True)
class FileTraining:
    """How to train.

    Args:
        weights: where to start: a name of :func:`preimage.zoo.names`, or a file.
        steps: the most steps.
        rate: the learning rate.
        seed: the seed of what is held out, and of the random numbers of the loss.
        seconds: no step begins after so many.
    """

    weights: str = "ram-compact"
    steps: int = 200
    rate: float = 2e-4
    seed: int = 0
    seconds: float = 300.0


@dataclass(frozen=True)
class FinetuneRecord:
    """Everything that made the weights, and what came of it.

    Attributes:
        weights: name and sha256 of those at the start.
        data: for each measurement its path, its sha256 and the description of its physics.
        training: how it was trained.
        improved: whether the held-out error is smaller by more than chance explains; else the weights are as they were.
        start, score: the held-out error at the start and the least, relative to the mean square of what was held out.
        steps, best: how many steps were taken, and after which the error was least.
        seconds: how long it took.
        notes: what the user should know.
        versions: the versions of preimage, torch and Python.
    """

    weights: Mapping[str, str]
    data: tuple[Mapping[str, Any], ...]
    training: FileTraining
    improved: bool
    start: float
    score: float
    steps: int
    best: int
    seconds: float
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=versions)


def finetune_on_files(
    data: Path,
    physics: Path | None,
    output: Path,
    training: FileTraining,
    progress: Callable[[int, float], None] | None = None,
    overwrite: bool = False,
) -> FinetuneRecord:
    """Train on by what is in ``data``; weights and record are written together, or neither.

    Args:
        data: a measurement, or a folder of them.
        physics: the description of what made all of them; by default the record beside each.
        output: the weights; the record is beside, ``.json``.
        training: where to start, and how long to go on.
        progress: called with the number of steps and the held-out error after each check.
        overwrite: whether files that exist are replaced.

    Raises:
        ArgumentError, CapabilityError, ImageFileError, WeightsError: an input is wrong; the message says which.
    """
    begun = time.monotonic()
    measured = read_measurements(data, physics)
    model = zoo.load_reconstructor(training.weights)
    found = learn_from_measurements(
        model, [each.y for each in measured], [each.physics for each in measured], None,
        Effort(training.steps, training.rate, training.seed), progress,
        lambda: time.monotonic() - begun > training.seconds,
    )  # fmt: skip
    seconds = time.monotonic() - begun
    late = found.steps < training.steps and seconds > training.seconds
    record = FinetuneRecord(
        {"name": training.weights, "sha256": zoo.digest_of(training.weights)},
        tuple(each.told() for each in measured), training, found.improved, found.start, found.score, found.steps,
        found.best, seconds, ("it ended when its time was over; a longer one may lead further",) if late else (),
    )  # fmt: skip
    with replacing_together((output.with_suffix(".json"), output), overwrite) as (beside, staged):
        write_weights(staged, found.model.state_dict())
        beside.write_text(record_text(record), encoding="utf-8")
    return record


@dataclass(frozen=True)
class MeasuredFile:
    """A file with what made it."""

    path: Path
    y: Tensor
    physics: Physics
    description: PhysicsDescription

    def told(self) -> dict[str, Any]:
        """Path, digest and physics."""
        return {
            "path": str(self.path.resolve()), "sha256": file_sha256(self.path), "physics": asdict(self.description),
        }  # fmt: skip


def read_measurements(data: Path, physics: Path | None) -> list[MeasuredFile]:
    """The measurements of a file or a folder.

    Args:
        data: a measurement, or a folder of them.
        physics: the description of what made all of them; by default the record beside each.

    Raises:
        ArgumentError: there is no description, or none that suits.
        ImageFileError: there is no measurement, or one that cannot be read.
    """
    known = (".npy", *suffixes())
    paths = sorted(p for p in data.iterdir() if p.suffix.lower() in known) if data.is_dir() else [data]
    if not paths or not all(path.is_file() for path in paths):
        raise ImageFileError(f"`data` must be a measurement or a folder of them, got {data}, where none is.")
    given = None if physics is None else PhysicsDescription.read(physics)
    return [_read(path, given) for path in paths]


def _read(path: Path, given: PhysicsDescription | None) -> MeasuredFile:
    beside = path.with_suffix(".json")
    if given is None and not beside.is_file():
        raise ArgumentError(
            f"`physics` must be given for {path.name}, which has no record beside it, got none; write what made it to "
            'a TOML file, such as physics = "blur", kernel = "gaussian:1.6", noise = "gaussian:0.02".'
        )
    description = given or PhysicsDescription.read(beside)
    y, physics = description.fit(read_measurement(path))
    return MeasuredFile(path, y, physics, description)
