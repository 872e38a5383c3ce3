"""Names of a package that are imported when they are first asked for."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["lazy_name"]


def lazy_name(package: str, name: str, homes: Mapping[str, Sequence[str]], modules: Sequence[str] = ()) -> Any:
    """What ``package.name`` is, imported now.

    Args:
        package: the package that is asked.
        name: the name asked for.
        homes: for each module, the public names that come from it.
        modules: names that are modules of the package themselves.

    Raises:
        AttributeError: ``name`` is none of these; the message lists them.
    """
    if name in modules:
        return importlib.import_module(f"{package}.{name}")
    for home, names in homes.items():
        if name in names:
            return pkgutil.resolve_name(f"{home}:{name}")
    known = sorted({*modules, *(each for names in homes.values() for each in names)})
    raise AttributeError(f"module {package!r} has no attribute {name!r}; it also has {', '.join(known)}.")
