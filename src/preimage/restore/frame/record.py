"""The record beside an output: everything that made it, so that it can be made again."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preimage import zoo
from preimage._fields import fields_of
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.atomic import replacing
from preimage.files.record_text import read_record_values, record_text, versions

__all__ = ["Record", "check_weights", "recorded_name", "weight_rows"]


@dataclass(frozen=True)
class Record:
    """What was asked, what it was resolved to, and what came of it.

    Attributes:
        task: denoise, deblur, superresolve, inpaint, demosaic, deblock or flash.
        input: path (empty for an array) and sha256 of its bytes.
        settings: as given; together with ``resolved`` they repeat the run.
        resolved: noise level before and after ``strength`` (or JPEG quality, and level after it), steps, device,
            threads, sha256 of the kernel, of the mask and of the flash picture; tile, and weights with their sha256
            (a list of them where there are bands beside colours), of denoisers; the runs of a deep image prior.
        stopped: why the method stopped.
        seconds: how long the restoration took, without reading and writing.
        peak_memory: bytes, of the process since its start.
        notes: what the user should know.
        versions: the versions of preimage, torch and Python.
        output: where the picture was written.
        degradation: how degraded the picture was, and how that is known, in words.
    """

    task: str
    input: Mapping[str, str]
    settings: Mapping[str, Any]
    resolved: Mapping[str, Any]
    stopped: str
    seconds: float
    peak_memory: int
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=versions)
    output: str = ""
    degradation: str = ""

    def write(self, path: Path | str, overwrite: bool = False) -> None:
        """Write JSON to ``path``, whole or not at all."""
        with replacing(Path(path), overwrite) as temporary:
            temporary.write_text(self.to_json(), encoding="utf-8")

    def to_json(self) -> str:
        """The record as JSON; bytes of a file's name that are not UTF-8 are escaped, so that they can be read again."""
        return record_text(self)

    @staticmethod
    def read(path: Path | str) -> "Record":
        """The record in a JSON file.

        Raises:
            ImageFileError: the file is missing or no record.
        """
        try:
            values = read_record_values(path)
            record = Record(**{**values, "notes": tuple(values["notes"])})
            _check(record)
            return record
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ImageFileError(
                f"`from_json` must be a record written beside a restored picture, got {path}, which is none."
            ) from error


_TEXTS = {"task", "stopped", "output", "degradation"}
_MAPPINGS = {"input", "settings", "resolved", "versions"}
# Numbers that a repetition takes as they are, with their ranges.
_COUNTS = {
    "steps": (1, 10**7), "tile": (1, 10**6), "threads": (1, 4096), "runs": (1, 1000), "seed": (-(2**63), 2**64 - 1),
    "quality": (1, 100), "output_quality": (1, 100), "factor": (2, 8),
    "bits": (1, 32),
}  # fmt: skip
_NUMBERS = {"strength": (0.0, 100.0), "sigma_before_strength": (0.0, 1.0), "sigma": (0.0, 100.0)}


def _check(record: Record) -> None:
    """Check types and ranges: a record is a file that anybody may have written.

    Raises:
        TypeError, ValueError: a value is not what a record holds.
    """
    values = fields_of(record)
    if not all(isinstance(values[name], str) for name in _TEXTS) or not all(
        isinstance(values[name], dict) for name in _MAPPINGS
    ):
        raise TypeError("a text or table of a record is something else")
    weights = record.resolved.get("weights")
    rows = [] if weights is None else weights if isinstance(weights, list) else [weights]
    texts = [record.input["path"], record.input["sha256"], record.resolved.get("device", ""), *record.versions.values()]
    texts += [row[name] for row in rows for name in ("name", "sha256")]
    if not all(isinstance(text, str) for text in texts) or weights == []:
        raise TypeError("a path, name or digest of a record is no text")
    # Lone surrogates are refused, but for those that stand for bytes of a file's name.
    json.dumps(dataclasses.asdict(record), ensure_ascii=False).encode("utf-8", "surrogateescape")
    _require(record.settings["strength"], (int, float), *_NUMBERS["strength"])
    for table in (record.settings, record.resolved):
        for name, value in table.items():
            if name in _COUNTS and value not in (None, "auto"):
                _require(value, int, *_COUNTS[name])
            if name in _NUMBERS and not (name == "sigma" and isinstance(value, str)) and not isinstance(value, list):
                _require(value, (int, float), *_NUMBERS[name])


def _require(value: object, kind: type | tuple[type, ...], low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:  # pyright: ignore
        raise ValueError(f"{value!r} of a record is out of range")


def recorded_name(spec: str, name: str) -> str:
    """The file or formula ``spec`` of the option ``name``.

    Raises:
        ArgumentError: the record is of an array, which has none.
    """
    if not spec:
        raise ArgumentError(f"`{name}` must be a file or a formula to be repeated, got a record of an array.")
    return spec


def weight_rows(resolved: Mapping[str, Any]) -> list[Any]:
    """The names and digests of the weights of a recorded run: of one network, several, or none."""
    weights = resolved.get("weights")
    return weights if isinstance(weights, list) else [] if weights is None else [weights]


def check_weights(resolved: Mapping[str, Any]) -> None:
    """Whether the weights of a recorded run are those that are there now.

    Raises:
        ArgumentError: they are not.
        KeyError, TypeError: the record is damaged.
    """
    for name, digest in [(row["name"], row["sha256"]) for row in weight_rows(resolved)]:
        if zoo.digest_of(name) == digest:
            continue
        if name in zoo.names():
            raise ArgumentError(
                f"`weights` must be the recorded ones, got {name} as it was trained later; restore the picture anew, "
                "or repeat it with the preimage that wrote the record."
            )
        raise ArgumentError(f"`weights` must be the recorded ones, got {name} with another content; get the file back.")
