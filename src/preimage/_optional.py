"""Lazy imports of optional packages, with the extra to install in the message."""

import importlib
from types import ModuleType

from preimage.errors import MissingDependency


def require(module: str, extra: str, purpose: str) -> ModuleType:
    """Import ``module``; where it is missing, say what needs it and which extra brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingDependency(
            f"{purpose} needs the package {package!r}, which is not installed; run: pip install "
            f"'preimage[{extra}]', or in the environment of bootstrap.py, which has no pip: python -m uv pip install "
            f"-e '.[{extra}]'."
        ) from error
