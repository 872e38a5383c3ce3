"""Records beside results, as JSON: what every kind of them has in common."""

import dataclasses
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from preimage.errors import ImageFileError

__all__ = ["read_record_values", "record_text", "versions"]


def record_text(record: Any) -> str:
    """The fields of a dataclass as JSON.

    Bytes of a file's name that are not UTF-8 are escaped, so that they can be read again.
    """
    values = dataclasses.asdict(record)
    text = json.dumps(values, indent=2, ensure_ascii=False)
    plain = text if text.encode("utf-8", "replace").decode("utf-8") == text else json.dumps(values, indent=2)
    return plain + "\n"


def read_record_values(path: Path | str) -> Any:
    """What the JSON of a record holds.

    Raises:
        ImageFileError: the file is missing, no regular one, or cannot be read.
        ValueError, RecursionError: it is no JSON.
    """
    if Path(path).exists() and not Path(path).is_file():
        raise ImageFileError(f"`from_json` must be a regular file, got {path}; name a record.")
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ImageFileError(f"`from_json` must be a readable file, got {path}: {error.strerror}.") from error


def versions() -> dict[str, str]:
    """The versions of what decides the numbers: preimage, torch and Python."""
    try:
        own = version("preimage")
    except PackageNotFoundError:
        own = "unknown"
    return {"preimage": own, "torch": torch.__version__, "python": platform.python_version()}
