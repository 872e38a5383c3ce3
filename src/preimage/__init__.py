"""preimage: recover images from measurements.

Sub-packages load when they are first used: ``import preimage`` alone costs nothing but a few milliseconds over torch.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preimage import (
        blind,
        datasets,
        degradations,
        denoisers,
        distributed,
        errors,
        evaluate,
        explain,
        fidelity,
        functional,
        loss,
        metric,
        models,
        optim,
        physics,
        plot,
        restore,
        sampling,
        simulate,
        solve,
        testing,
        training,
        zoo,
    )
    from preimage.reconstructor import Reconstructor
    from preimage.training import finetune

    __version__: str

__all__ = [
    "Reconstructor",
    "__version__",
    "blind",
    "datasets",
    "degradations",
    "denoisers",
    "distributed",
    "errors",
    "evaluate",
    "explain",
    "fidelity",
    "finetune",
    "functional",
    "loss",
    "metric",
    "models",
    "optim",
    "physics",
    "plot",
    "restore",
    "sampling",
    "simulate",
    "solve",
    "testing",
    "training",
    "zoo",
]


def __getattr__(name: str) -> Any:
    """Import a sub-package, or look up the version, a class or a function, when it is first asked for."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("preimage")
    if name == "Reconstructor":
        return importlib.import_module("preimage.reconstructor").Reconstructor
    if name == "finetune":
        return importlib.import_module("preimage.training").finetune
    if name in __all__:
        return importlib.import_module(f"preimage.{name}")
    raise AttributeError(f"module 'preimage' has no attribute {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return __all__
