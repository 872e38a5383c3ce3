"""``preimage train NAME`` by a recipe of the package."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.cli.training.durations import parse_duration
from preimage.cli.training.settings import parse_settings
from preimage.errors import ArgumentError
from preimage.training.recipes.table import RecipeRow

if TYPE_CHECKING:
    from preimage.training import Recipe

__all__ = ["SessionOptions", "check_out", "recipe_command", "run_recipe"]


@Parameter(name="*")
@dataclass(frozen=True)
class SessionOptions:
    """Options of a training by a recipe."""

    data: Path
    "Folder of training images."
    out: Path
    "Folder for the checkpoint, the log and the weights."
    time: str | None = None
    "How long this session may take: 40s, 90m, 1.5h; the same command goes on. By default as long as it needs."
    set: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    "A setting of the recipe, like channels=3 or steps=2000; may be repeated. A wrong name lists them all."
    validate: Path | None = None
    "Folder of images for columns of scores in the log."
    device: Literal["cpu", "cuda", "mps"] = "cpu"
    "Where to compute."


def recipe_command(row: RecipeRow) -> Callable[..., int]:
    """The command that trains by a recipe of the table."""

    def command(*, options: SessionOptions) -> int:
        import_interruptibly("preimage.cli.training.bars")
        kind = row.load()
        return run_recipe(kind(**parse_settings(kind, options.set)), options)

    return command


def run_recipe(recipe: "Recipe", options: SessionOptions) -> int:
    """Train by a recipe, with a bar; the exit status."""
    from preimage.cli.training.bars import Bars
    from preimage.machine.device import find_device
    from preimage.training import TrainingSession

    find_device(options.device, "cpu")
    budget = parse_duration(options.time) if options.time else float("inf")
    check_out(options.out)
    with Bars() as bars:
        session = TrainingSession(options.data, options.out, budget, options.validate, options.device, bars)
        learned = recipe.train(session)
    if not learned.finished:
        bars.complain(f"stopped; the same command goes on from the checkpoint in {options.out}.")
        return INTERRUPTED if bars.stops() else 0
    bars.say(f"weights {learned.weights}")
    return 0


def check_out(out: Path) -> None:
    """Make the folder of a training.

    Raises:
        ArgumentError: it cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(
            f"`--out` must be a folder that can be made, got {out}: {error.strerror or error}."
        ) from error
