"""The object that ``MODULE:NAME`` names."""

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Mapping
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any

from preimage.errors import ArgumentError
from preimage.machine.modules import importable

__all__ = ["check_name", "load_subject"]


def check_name(name: str, folder: Path) -> tuple[str, str]:
    """The module and the name in it; whether the module exists is asked before it is imported.

    Raises:
        ArgumentError: the text is not ``MODULE:NAME``, or there is no such module.
    """
    module, _, inside = name.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), *inside.split("."))):
        raise ArgumentError(f"`NAME` must be MODULE:NAME, got {name!r}; write it like my_module:MyPhysics.")
    with importable(folder):
        importlib.invalidate_caches()
        try:
            found = importlib.util.find_spec(module.partition(".")[0])
        except ValueError:  # a module of the running program that does not tell where it is from
            found = None
    if found is None:
        raise ArgumentError(
            f"`NAME` must name a module that Python finds in {folder} or among those installed, got {module!r}; "
            f"there is no {module.partition('.')[0]}.py here."
        )
    return module, inside


def load_subject(module: str, inside: str, folder: Path, arguments: Mapping[str, Any]) -> object:
    """The object: what is named, or what it returns where it is a class or a function.

    Raises:
        ArgumentError: the module cannot be imported, lacks the name, or the constructor fails.
    """
    with importable(folder):
        try:
            _import(module, folder)
        except Exception as error:  # whatever somebody's code does, the user gets a line
            told = f"`NAME` must name a module that can be imported, got {module!r}: {_told(error)}."
            raise ArgumentError(told) from error
        try:
            found = pkgutil.resolve_name(f"{module}:{inside}")
        except AttributeError as error:
            raise ArgumentError(f"`NAME` must name something in {module}, got {inside!r}, which it lacks.") from error
        if not (isinstance(found, type) or (callable(found) and _is_plain(found))):
            return found
        try:
            return found(**arguments)
        except Exception as error:
            made = f"{inside}({', '.join(arguments)})"
            raise ArgumentError(
                f"`NAME` must be made by {made}, got {_told(error)}; give --arguments, or name a function that returns "
                "the object."
            ) from error


def _is_plain(found: object) -> bool:
    """Whether it is a function, and not an object that can be called, as operators can."""
    return isinstance(found, (FunctionType, BuiltinFunctionType))


def _import(module: str, folder: Path) -> None:
    """Import ``module``; a file of ``folder`` is read as it is now, whatever of its name was imported before."""
    root = module.partition(".")[0]
    is_here = root != "preimage" and ((folder / f"{root}.py").is_file() or (folder / root).is_dir())
    known = sys.modules.get(module)
    if known is not None and is_here:
        importlib.reload(known)
    else:
        importlib.import_module(module)


def _told(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
