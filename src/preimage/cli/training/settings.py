"""Settings of a recipe, as words of a command line."""

import ast
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any

from preimage.errors import ArgumentError

__all__ = ["parse_settings"]


def parse_settings(recipe: type[Any], words: Sequence[str]) -> dict[str, Any]:
    """The fields of a recipe that are given as NAME=VALUE; values are written as in Python, a tuple as ``4,8``.

    Raises:
        ArgumentError: no field has this name, or it holds something else; the message lists the fields.
    """
    usual = {
        one.name: one.default if one.default_factory is MISSING else one.default_factory()
        for one in fields(recipe)
        if one.init
    }
    found: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in usual:
            known = ", ".join(f"{name}={value}" for name, value in usual.items())
            raise ArgumentError(f"`--set` must be NAME=VALUE with a name of the recipe, got {word!r}; it has {known}.")
        found[name] = _value(name, text, usual[name])
    return found


def _value(name: str, text: str, like: Any) -> Any:
    """What ``text`` says, of the type of ``like``."""
    value: Any
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    if isinstance(like, float) and type(value) is int:
        value = float(value)
    if isinstance(like, tuple) and not isinstance(value, tuple):
        value = (value,)
    foreign = isinstance(like, tuple) and {type(part) for part in value} - {type(like[0]), int}
    if type(value) is not type(like) or foreign:
        raise ArgumentError(f"`--set` must give {name} a value like {like!r}, got {text!r}; write it as in Python.")
    return value
