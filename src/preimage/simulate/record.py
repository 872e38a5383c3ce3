"""The record beside a measurement: everything that made it, so that it can be made again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preimage._fields import fields_of
from preimage.errors import ImageFileError
from preimage.files.atomic import replacing
from preimage.files.record_text import read_record_values, record_text, versions

__all__ = ["SimulationRecord"]


@dataclass(frozen=True)
class SimulationRecord:
    """What was asked, and what came of it.

    Attributes:
        physics: its name.
        input: path (empty for a tensor) and sha256 of its bytes.
        settings: the value of every option of the physics.
        noise: the law and its numbers, as users write them.
        seed: the seed of what is random: first the physics, then the noise.
        shape: the shape of the measurement.
        files: sha256 of the files that options name, by the option.
        output: where it was written.
        notes: what the user should know.
        versions: the versions of preimage, torch and Python.
        drawn: the history of a pipeline of degradations, every number of it, as
            :class:`preimage.degradations.DrawnPipeline` tells it.
        stack: the ``axes`` and ``key`` of a stack as they were given, the ``layout`` of what was measured, and the
            values that are 0 and 1 in each channel, ``spans``. Empty for a picture.
    """

    physics: str
    input: Mapping[str, str]
    settings: Mapping[str, Any]
    noise: str
    seed: int
    shape: tuple[int, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=versions)
    drawn: str = ""
    stack: Mapping[str, Any] = field(default_factory=dict)

    def write(self, path: Path | str, overwrite: bool = False) -> None:
        """Write JSON to ``path``, whole or not at all."""
        with replacing(Path(path), overwrite) as temporary:
            temporary.write_text(record_text(self), encoding="utf-8")

    @staticmethod
    def read(path: Path | str) -> "SimulationRecord":
        """The record in a JSON file.

        Raises:
            ImageFileError: the file is missing or no record of a measurement.
        """
        try:
            values = read_record_values(path)
            record = SimulationRecord(
                **{**values, "notes": tuple(values["notes"]), "shape": tuple(map(int, values["shape"]))}
            )
            _check(record)
            return record
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ImageFileError(
                f"`from_json` must be a record written beside a measurement, got {path}, which is none."
            ) from error


def _check(record: SimulationRecord) -> None:
    """A record is a file that anybody may have written.

    Raises:
        TypeError, ValueError: a value is not what a record holds.
    """
    values = fields_of(record)
    texts = [values[name] for name in ("physics", "noise", "output", "drawn")] + [
        record.input["path"],
        record.input["sha256"],
    ]
    if not all(
        isinstance(text, str) for text in [*texts, *record.notes, *record.versions.values(), *record.files.values()]
    ):
        raise TypeError("a text of a record is something else")
    if not isinstance(record.settings, dict) or not isinstance(record.stack, dict):
        raise TypeError("settings of a record are something else")
    if isinstance(record.seed, bool) or not isinstance(record.seed, int):
        raise TypeError("the seed of a record is something else")
    if not -(2**63) <= record.seed < 2**64:
        raise ValueError("the seed of a record is out of range")
