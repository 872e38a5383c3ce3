"""The record beside an output: everything that made it, so that it can be made again."""

import dataclasses
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from preimage.errors import ImageFileError
from preimage.files.atomic import replacing

__all__ = ["Record", "versions"]


@dataclass(frozen=True)
class Record:
    """What was asked, what it was resolved to, and what came of it.

    Attributes:
        task: denoise, deblur, superresolve, inpaint, demosaic, deblock or flash.
        input: path (empty for an array) and sha256 of its bytes.
        settings: as given; together with ``resolved`` they repeat the run.
        resolved: noise level before and after ``strength`` (or JPEG quality, and level after it), steps, device,
            threads, sha256 of the kernel, of the mask and of the flash picture; tile, and weights with their sha256,
            of denoisers; the runs of a deep image prior.
        stopped: why the method stopped.
        seconds: of the restoration, without reading and writing.
        peak_memory: bytes, of the process since its start.
        notes: what the user should know.
        versions: of preimage, torch and Python.
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
    versions: Mapping[str, str] = field(default_factory=lambda: versions())
    output: str = ""
    degradation: str = ""

    def write(self, path: Path | str, overwrite: bool = False) -> None:
        """Write JSON to ``path``, whole or not at all."""
        text = json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)
        with replacing(Path(path), overwrite) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path | str) -> "Record":
        """The record in a JSON file.

        Raises:
            ImageFileError: the file is missing or no record.
        """
        try:
            values = json.loads(Path(path).read_text(encoding="utf-8"))
            return Record(**{**values, "notes": tuple(values["notes"])})
        except OSError as error:
            raise ImageFileError(f"`from_json` must be a readable file, got {path}: {error.strerror}.") from error
        except (ValueError, TypeError, KeyError) as error:
            raise ImageFileError(
                f"`from_json` must be a record written beside a restored picture, got {path}, which is none."
            ) from error


def versions() -> dict[str, str]:
    """Of what decides the numbers."""
    try:
        own = version("preimage")
    except PackageNotFoundError:
        own = "unknown"
    return {"preimage": own, "torch": torch.__version__, "python": platform.python_version()}
