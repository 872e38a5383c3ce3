"""What users write for shapes and arguments."""

import json
import re
from typing import Any

from preimage.errors import ArgumentError

__all__ = ["parse_arguments", "parse_shape"]


def parse_arguments(text: str) -> dict[str, Any]:
    """The arguments of a constructor from JSON.

    Raises:
        ArgumentError: it is no JSON object.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ArgumentError(f"`--arguments` must be a JSON object, got {text!r}; write it like '{{\"size\": 3}}'.")
    return found


def parse_shape(text: str) -> tuple[int, ...]:
    """``1,3,64,64`` as (1, 3, 64, 64).

    Raises:
        ArgumentError: it is no list of four or five whole numbers above zero.
    """
    if not re.fullmatch(r"\s*[1-9]\d{0,5}(\s*[,x]\s*[1-9]\d{0,5}){3,5}\s*", text):
        raise ArgumentError(f"`--shape` must be B,C,H,W or B,C,D,H,W, got {text!r}; write it like 1,3,64,64.")
    return tuple(int(part) for part in re.split(r"[,x]", text))
