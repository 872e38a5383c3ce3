"""``preimage train CONFIG.py``: what a Python file of the user's own defines."""

import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.cli.training.durations import parse_duration
from preimage.cli.training.recipes import SessionOptions, check_out, run_recipe
from preimage.errors import ArgumentError, PreimageError

if TYPE_CHECKING:
    from preimage.training import Trainer

__all__ = ["ConfigOptions", "train_config"]


@Parameter(name="*")
@dataclass(frozen=True)
class ConfigOptions:
    """Options of a training that a file defines."""

    out: Path
    "Folder for the checkpoint, the log and the weights."
    time: str | None = None
    "How long this session may take: 40s, 90m, 1.5h; the same command goes on. By default as long as it needs."
    resume: bool = True
    "Go on where a training in the folder was stopped; else such a folder is refused."
    data: Path | None = None
    "Folder of training images, for a file that defines a recipe."
    validate: Path | None = None
    "Folder of images for columns of scores in the log, for a recipe."
    device: Literal["cpu", "cuda", "mps"] = "cpu"
    "Where to compute a recipe; a trainer says where itself."


def train_config(
    config: Annotated[str, Parameter(name="CONFIG", help="A Python file that defines `trainer` or `recipe`.")],
    /,
    *,
    options: ConfigOptions,
) -> int:
    """Train what a Python file defines: `trainer = Trainer(...)`, or `recipe`, a StepRecipe."""
    path = Path(config)
    if path.suffix != ".py" or not path.is_file():
        raise ArgumentError(
            f"`CONFIG` must be a Python file or the name of a recipe, got {config!r}; preimage train --help lists them."
        )
    import_interruptibly("preimage.cli.training.bars")
    from preimage.training import Recipe, Trainer

    defined = _defined(path)
    trainer, recipe = defined.get("trainer"), defined.get("recipe")
    if isinstance(trainer, Trainer):
        return _run(trainer, options)
    if not isinstance(recipe, Recipe):
        raise ArgumentError(
            f"`CONFIG` must define `trainer`, a Trainer, or `recipe`, a Recipe, got neither in {config}; see "
            "preimage.training."
        )
    if options.data is None:
        raise ArgumentError("`--data` must be given for a recipe, got none; name a folder of training images.")
    _refuse_old(options)
    session = SessionOptions(options.data, options.out, options.time, (), options.validate, options.device)
    return run_recipe(recipe, session)


def _defined(path: Path) -> dict[str, Any]:
    """What a file defines, by name."""
    try:
        return runpy.run_path(str(path))
    except PreimageError:
        raise
    except Exception as error:  # the file is the user's: whatever is wrong in it, they get a line
        raise ArgumentError(
            f"`CONFIG` must be a file that runs, got {path} with {type(error).__name__}: {error}; mend it."
        ) from error


def _run(trainer: "Trainer", options: ConfigOptions) -> int:
    from preimage.cli.training.bars import Bars

    limit = parse_duration(options.time) if options.time else float("inf")
    check_out(options.out)
    _refuse_old(options)
    with Bars() as bars:
        found = trainer.fit(options.out, resume=options.resume, time_limit=limit, progress=bars)
    if not found.finished:
        bars.complain(f"stopped; the same command goes on from the checkpoint in {options.out}.")
        return INTERRUPTED if bars.stops() else 0
    kind = "last" if found.score is None else "best"
    score = "" if found.score is None else f", {found.score:.4g} on the validation data after {found.best_step} steps"
    bars.say(f"weights {options.out / kind}.safetensors{score}")
    return 0


def _refuse_old(options: ConfigOptions) -> None:
    if not options.resume and (options.out / "checkpoint.pt").exists():
        raise ArgumentError(f"`--out` must be a new folder, got {options.out} with a training; leave --no-resume out.")
