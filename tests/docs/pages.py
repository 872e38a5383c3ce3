"""The documents of the site, and its extensions as modules."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

__all__ = ["DOCS", "extension"]

DOCS = Path(__file__).parents[2] / "docs"


def extension(name: str) -> ModuleType:
    """``docs/extensions/NAME.py``."""
    folder = str(DOCS / "extensions")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)
