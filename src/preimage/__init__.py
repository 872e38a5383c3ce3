"""preimage: recover images from measurements.

Sub-packages load when they are first used: ``import preimage`` alone costs nothing but a few milliseconds over torch.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from preimage import (
        datasets,
        denoisers,
        errors,
        explain,
        fidelity,
        functional,
        metric,
        models,
        optim,
        physics,
        restore,
        solve,
        testing,
        training,
        zoo,
    )

    __version__: str

__all__ = [
    "__version__",
    "datasets",
    "denoisers",
    "errors",
    "explain",
    "fidelity",
    "functional",
    "metric",
    "models",
    "optim",
    "physics",
    "restore",
    "solve",
    "testing",
    "training",
    "zoo",
]


def __getattr__(name: str) -> ModuleType | str:
    """Import a sub-package, or look up the version, when it is first asked for."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("preimage")
    if name in __all__:
        return importlib.import_module(f"preimage.{name}")
    raise AttributeError(f"module 'preimage' has no attribute {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return __all__
