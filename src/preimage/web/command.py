"""The command line that does what a visitor wishes."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from preimage.files.formats.jpeg import JPEG
from preimage.restore.frame.declaration import Option
from preimage.restore.table import find_task
from preimage.web.form import choices_of, is_count
from preimage.web.limits import Refused

__all__ = ["Wish", "arguments", "command_text", "result_name"]

_WHOLE = re.compile(r"\d{1,9}")
_PLAIN = re.compile(r"[A-Za-z0-9_.:@/+ -]{1,80}")


@dataclass(frozen=True)
class Wish:
    """What is to be done to pictures.

    Attributes:
        task: the name of the task.
        settings: its options by name; what is ``None`` or as usual is left out. For an option that names a file, the
            name of one that lies beside the picture.
        strength: the factor on what is removed.
        save_as: the suffix of the result, such as ``.png``; empty for that of the picture.
    """

    task: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    strength: float = 1.0
    save_as: Literal["", ".png", ".tif"] = ""


def arguments(wish: Wish, name: str) -> tuple[str, ...]:
    """The command line, without ``preimage``, for the picture ``name`` in the folder where it runs.

    Raises:
        Refused: a setting is needed, or is not what the task takes.
    """
    row = find_task(wish.task)
    found = ["restore", row.name, name]
    for option in row.options:
        value = wish.settings.get(option.name)
        if value in (None, "") and option.required:
            raise Refused(f"Something is missing: {option.required}.")
        if value in (None, "", option.default):
            continue
        flag = f"--{option.name.replace('_', '-')}"
        found += [flag] if value is True else [flag, _checked(option, value)]
    if not 0 < wish.strength <= 100:
        raise Refused("The strength must be over 0 and up to 100.")
    if wish.strength != 1:
        found += ["--strength", f"{wish.strength:g}"]
    if wish.save_as:
        found += ["-o", result_name(wish, name)]
    return tuple(found)


def _checked(option: Option, value: Any) -> str:
    """``value`` as it is typed: one of the choices, or something short that names no place on this computer."""
    choices, text = choices_of(option), str(value)
    if is_count(option) and not _WHOLE.fullmatch(text):
        raise Refused(f"{_called(option)} must be a whole number, not {text[:40]!r}.")
    names_file = option.reads in ("file", "kernel")
    is_place = PurePath(text).name != text or "\\" in text or text.startswith(("-", "~", "."))
    if (
        (choices and value not in choices)
        or (names_file and is_place)
        or (not choices and not names_file and not _PLAIN.fullmatch(text))
        or text.startswith("-")
    ):
        raise Refused(f"{_called(option)} cannot be {text[:40]!r}.")
    return text


def _called(option: Option) -> str:
    return option.name.replace("_", " ").capitalize()


def result_name(wish: Wish, name: str) -> str:
    """The name of the result: as the command line calls it where nothing else is asked for."""
    row, path = find_task(wish.task), PurePath(name)
    is_jpeg = path.suffix.lower() in JPEG.suffixes
    suffix = wish.save_as or (".png" if is_jpeg and not row.keeps_jpeg else path.suffix)
    return f"{path.stem}-{row.done}{suffix}"


def command_text(words: Sequence[str]) -> str:
    """What one types into a terminal in the folder of the picture."""
    return shlex.join(["preimage", *words])
