"""Errors of the Python functions in the words of the command line."""

import re
from dataclasses import fields

from preimage.reconstruct.table import MODALITIES
from preimage.restore.table import TASKS
from preimage.simulate.table import PHYSICS, PIPELINES

__all__ = ["OPTIONS", "in_shell_words"]

_SHARED = frozenset(
    {
        "arguments", "at", "axes", "bits", "channels", "compare", "compiled", "complex", "crop", "csv", "data",
        "device", "dry-run", "faithful", "from-json", "generators", "jobs", "layer", "maximise", "mean", "megabytes",
        "megapixels", "memory", "metric", "minutes", "mode", "network", "no-preview", "no-resume", "noise", "out",
        "output", "output-quality", "overwrite", "page", "physics", "pipeline", "plot", "port", "preview", "prior",
        "quality", "rate", "recursive", "reference", "resume", "round", "runs", "sc", "seed", "set", "setting", "shape",
        "sigma", "size", "skip-existing", "smoothness", "start", "std", "steps", "strength", "time", "tol", "trace",
        "validate", "weights", "worst", "y",
    }
)  # fmt: skip

OPTIONS = (
    _SHARED
    | {option.name.replace("_", "-") for row in (*TASKS, *PHYSICS, *PIPELINES) for option in row.options}
    | {field.name.replace("_", "-") for row in MODALITIES for field in fields(row.settings)}
)
"""Of all commands, without the dashes."""

# Arguments of the Python functions that have another name here.
_OTHERS = {
    "results": "RESULTS", "image": "INPUT", "input": "INPUT", "name": "--weights", "path": "--weights",
    "folder": "--data", "length": "--time", "every": "--preview", "max_steps": "--steps",
}  # fmt: skip


def in_shell_words(text: str) -> str:
    """``text`` with the options that users type, where it names arguments (between backticks)."""
    return re.sub(r"`([a-z_]+)`", lambda found: f"`{_word(found[1])}`", text)


def _word(argument: str) -> str:
    option = argument.replace("_", "-")
    return _OTHERS.get(argument, f"--{option}" if option in OPTIONS else argument)
