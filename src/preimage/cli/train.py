"""``preimage train``."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.errors import ArgumentError

__all__ = ["TrainingOptions", "parse_duration", "parse_steps", "train"]

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DEFAULT = "90m"


@Parameter(name="*")
@dataclass(frozen=True)
class TrainingOptions:
    """Options of a training."""

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


def train(
    weights: Annotated[
        Literal["groupsc-grey", "groupsc-colour", "groupsc-mosaic", "groupsc-jpeg", "groupsc-blind"],
        Parameter(name="WEIGHTS", help="What to train."),
    ],
    /,
    *,
    options: TrainingOptions,
) -> int:
    """Train a sparse model on a folder of images.

    Ctrl-C leaves a checkpoint; the same command goes on from there, and from any kill, with the same result.

    With several processes: torchrun --nproc-per-node 4 -m preimage train ...
    """
    length = options.length()
    import_interruptibly("preimage.cli.training")
    from preimage.cli.training import Bars
    from preimage.machine.device import find_device
    from preimage.training.recipes.groupsc import recipe
    from preimage.training.recipes.groupsc.train import train_groupsc

    find_device(options.device, "cpu")
    with Bars() as bars:
        file = train_groupsc(
            options.data, options.out,
            recipe.GroupSCRecipe(weights.removeprefix("groupsc-"), options.sc, seed=options.seed),
            length=length, start=options.start, validate=options.validate, device=options.device, progress=bars,
        )  # fmt: skip
    if file is None:
        bars.complain(f"stopped; the same command goes on from the checkpoint in {options.out}.")
        return INTERRUPTED
    bars.say(f"weights {file}")
    return 0


def parse_duration(text: str) -> float:
    """Seconds of ``40s``, ``90m`` or ``1.5h``.

    Raises:
        ArgumentError: not a positive duration.
    """
    match = re.fullmatch(r"(\d+(?:\.\d*)?)\s*([smh])", text.strip())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if seconds <= 0:
        raise ArgumentError(f"`--time` must be a positive duration, got {text!r}; write it like 40s, 90m or 1.5h.")
    return seconds


def parse_steps(text: str, stages: int) -> list[int]:
    """The steps of each stage: of ``3`` for all, of ``3000,1000,40`` one by one.

    Raises:
        ArgumentError: not one positive number, nor one for each stage.
    """
    parts = text.split(",")
    numbers = [int(part) for part in parts if re.fullmatch(r"\s*[1-9]\d*\s*", part)]
    if len(numbers) != len(parts) or len(numbers) not in (1, stages):
        raise ArgumentError(
            f"`--steps` must be a positive number, or {stages} with commas between, got {text!r}; one for each stage."
        )
    return numbers * stages if len(numbers) == 1 else numbers
