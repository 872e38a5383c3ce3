"""``preimage train groupsc-...``: the sparse models."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.cli.training.durations import parse_duration, parse_steps
from preimage.errors import ArgumentError

__all__ = ["GROUPSC", "TrainingOptions", "train_groupsc_command"]

GROUPSC = {
    "grey": "Train the sparse model for noise in grey pictures.",
    "colour": "Train the sparse model for noise in colour pictures.",
    "mosaic": "Train the sparse model for demosaicking.",
    "jpeg": "Train the sparse model for JPEG artefacts.",
    "blind": "Train the sparse model for noise in grey pictures of all levels.",
}
"""What each task of the sparse models is."""

_DEFAULT = "90m"


@Parameter(name="*")
@dataclass(frozen=True)
class TrainingOptions:
    """Options of a training of the sparse models."""

    data: Path
    "Folder of training images."
    out: Path
    "Folder for plan, checkpoints, logs and weights."
    time: str | None = None
    "How long all of it should take: 40s, 90m, 1.5h. By default 90m, or as planned."
    steps: str | None = None
    "Steps of every stage instead of a time: one number, or each, like 3000,1000,40."
    sc: Annotated[bool, Parameter(negative=())] = False
    "Train SC, which compares no patches, for as many steps."
    start: Path | None = None
    "Weights to start from, of another task for example."
    validate: Path | None = None
    "Folder of images for a column of PSNR in the logs."
    device: Literal["cpu", "cuda", "mps"] = "cpu"
    "Where to compute."
    seed: int = 0
    "Of crops, noise and first dictionary."

    def length(self) -> float | list[int] | None:
        """Seconds, or the steps of each stage; ``None`` where the training is planned.

        Raises:
            ArgumentError: both are given, or one is no such thing.
        """
        if self.time is not None and self.steps is not None:
            raise ArgumentError("`--time` must be left out where there is `--steps`, got both; give one.")
        if self.steps is not None:
            return parse_steps(self.steps, 3)
        if self.time is None and (self.out / "plan.json").exists():
            return None
        return parse_duration(self.time or _DEFAULT)


def train_groupsc_command(task: str) -> Callable[..., int]:
    """The command that trains the sparse model of a task."""

    def command(*, options: TrainingOptions) -> int:
        length = options.length()
        import_interruptibly("preimage.cli.training.bars")
        from preimage.cli.training.bars import Bars
        from preimage.machine.device import find_device
        from preimage.training.recipes.groupsc import recipe
        from preimage.training.recipes.groupsc.train import train_groupsc

        find_device(options.device, "cpu")
        with Bars() as bars:
            file = train_groupsc(
                options.data, options.out, recipe.GroupSCRecipe(task, options.sc, seed=options.seed),
                length=length, start=options.start, validate=options.validate, device=options.device, progress=bars,
            )  # fmt: skip
        if file is None:
            bars.complain(f"stopped; the same command goes on from the checkpoint in {options.out}.")
            return INTERRUPTED
        bars.say(f"weights {file}")
        return 0

    return command
