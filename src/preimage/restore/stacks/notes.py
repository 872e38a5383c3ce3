"""Notes that differ in their numbers only, said once."""

import re
from collections.abc import Iterable, Sequence

__all__ = ["said_once"]

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:/255)?")
_TO = " to "  # between the two numbers of a range


def said_once(notes: Iterable[str]) -> tuple[str, ...]:
    """Each note once; those that are the same but for numbers become one, with the range of the numbers.

    ``6 %`` and ``9 %`` become ``6 to 9 %``; where a note tells a range, that of all ranges is told.
    """
    alike: dict[str, list[str]] = {}
    for note in notes:
        alike.setdefault(_NUMBER.sub("#", note), []).append(note)
    return tuple(_joined(group) for group in alike.values())


def _joined(notes: Sequence[str]) -> str:
    numbers = list(zip(*(_NUMBER.findall(note) for note in notes), strict=True))
    between = _NUMBER.split(notes[0])
    text, at = between[0], 0
    while at < len(numbers):
        is_range = between[at + 1] == _TO and at + 1 < len(numbers)
        last = at + 1 if is_range else at
        least, most = min(numbers[at], key=_value), max(numbers[last], key=_value)
        text += f"{least if _value(least) == _value(most) else f'{least}{_TO}{most}'}{between[last + 1]}"
        at = last + 1
    return text


def _value(number: str) -> float:
    return float(number.removesuffix("/255"))
