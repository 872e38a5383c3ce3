"""Words of a command line for how long a training takes."""

import re

from preimage.errors import ArgumentError

__all__ = ["parse_duration", "parse_steps"]

_SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_duration(text: str) -> float:
    """Seconds of ``40s``, ``90m`` or ``1.5h``.

    Raises:
        ArgumentError: not a positive duration.
    """
    match = re.fullmatch(r"(\d+(?:\.\d*)?)\s*([smh])", text.strip())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if seconds <= 0:
        raise ArgumentError(f"`--time` must be a positive duration, got {text!r}; write it like 40s, 90m or 1.5h.")
    return seconds


def parse_steps(text: str, stages: int) -> list[int]:
    """The steps of each stage: of ``3`` for all, of ``3000,1000,40`` one by one.

    Raises:
        ArgumentError: not one positive number, nor one for each stage.
    """
    parts = text.split(",")
    numbers = [int(part) for part in parts if re.fullmatch(r"\s*[1-9]\d*\s*", part)]
    if len(numbers) != len(parts) or len(numbers) not in (1, stages):
        raise ArgumentError(
            f"`--steps` must be a positive number, or {stages} with commas between, got {text!r}; one for each stage."
        )
    return numbers * stages if len(numbers) == 1 else numbers
