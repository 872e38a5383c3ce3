"""``preimage train``."""

import re
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.errors import ArgumentError

__all__ = ["parse_duration", "parse_steps", "train"]

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DEFAULT = "90m"


def train(
    weights: Annotated[
        Literal["groupsc-grey", "groupsc-colour", "groupsc-mosaic", "groupsc-jpeg", "groupsc-blind"],
        Parameter(name="WEIGHTS", help="What to train."),
    ],
    /,
    *,
    data: Annotated[Path, Parameter(help="Folder of training images.")],
    out: Annotated[Path, Parameter(help="Folder for plan, checkpoints, logs and weights.")],
    time: Annotated[
        str | None, Parameter(help="How long all of it should take: 40s, 90m, 1.5h. By default 90m, or as planned.")
    ] = None,
    steps: Annotated[
        str | None, Parameter(help="Steps of every stage instead of a time: one number, or each, like 3000,1000,40.")
    ] = None,
    sc: Annotated[bool, Parameter(negative=(), help="Train SC, which compares no patches, for as many steps.")] = False,
    start: Annotated[Path | None, Parameter(help="Weights to start from, of another task for example.")] = None,
    validate: Annotated[Path | None, Parameter(help="Folder of images for a column of PSNR in the logs.")] = None,
    device: Annotated[Literal["cpu", "cuda", "mps"], Parameter(help="Where to compute.")] = "cpu",
    seed: Annotated[int, Parameter(help="Of crops, noise and first dictionary.")] = 0,
) -> int:
    """Train a sparse model on a folder of images.

    Ctrl-C leaves a checkpoint; the same command goes on from there, and from any kill, with the same result. Several
    processes: torchrun --nproc-per-node 4 -m preimage train ...
    """
    if time is not None and steps is not None:
        raise ArgumentError("`--time` must be left out where there is `--steps`, got both; give one.")
    planned = (out / "plan.json").exists()
    if time is None and steps is None and not planned:
        time = _DEFAULT
    length = (
        None if time is None else parse_duration(time),
        None if steps is None else parse_steps(steps, 3),
    )
    import_interruptibly("preimage.cli.training")
    from preimage.cli.training import Bars
    from preimage.machine.device import find_device
    from preimage.training.recipes.groupsc import recipe
    from preimage.training.recipes.groupsc import train as run

    find_device(device, "cpu")
    with Bars() as bars:
        file = run.train_groupsc(
            data, out, recipe.GroupSCRecipe(weights.removeprefix("groupsc-"), sc, seed=seed),
            duration=length[0], steps=length[1], start=start, validate=validate, device=device, progress=bars,
        )  # fmt: skip
    if file is None:
        bars.complain(f"stopped; the same command goes on from the checkpoint in {out}.")
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
