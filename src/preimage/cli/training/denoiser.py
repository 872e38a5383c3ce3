"""``preimage train denoise``: a denoiser from noisy pictures alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cyclopts import Parameter

from preimage.cli.interrupts import INTERRUPTED, import_interruptibly
from preimage.cli.training.durations import parse_duration
from preimage.cli.training.recipes import check_out
from preimage.errors import ArgumentError

__all__ = ["DenoiserOptions", "train_denoiser"]

_DEFAULT = "60m"


@Parameter(name="*")
@dataclass(frozen=True)
class DenoiserOptions:
    """Options of a denoiser that is trained on noisy pictures."""

    data: Path
    "Folder of noisy pictures or stacks, or a stack, best of one camera at one setting; no clean ones are needed."
    out: Path | None = None
    "Folder for the checkpoint, the log and the weights, denoise.safetensors; by default DATA-denoiser beside the data."
    time: str | None = None
    "How long it should take, 60m by default; a few steps are timed first."
    steps: int | None = None
    "The number of steps instead of a time."
    start: str | None = None
    "Weights to start from: a name or a file; by default drunet-grey-compact or drunet-color-compact."
    device: Literal["cpu", "cuda", "mps"] = "cpu"
    "Where to compute."
    seed: int = 0
    "The seed of crops and noise."


def train_denoiser(*, options: DenoiserOptions) -> int:
    """Fit a denoiser to your own noisy pictures, without clean ones.

    The noise is found in the pictures, and with it what the network can learn from: a line says which.

    Then: preimage restore denoise noisy.png --weights OUT/denoise.safetensors
    """
    if options.time is not None and options.steps is not None:
        raise ArgumentError("`--time` must be left out where there is `--steps`, got both; give one.")
    seconds = parse_duration(options.time or _DEFAULT)
    import_interruptibly("preimage.cli.training.bars")
    from preimage.cli.training.bars import Bars
    from preimage.machine.device import find_device
    from preimage.restore.learning import DenoiserTraining, learn_denoiser
    from preimage.training import Hours, TrainingSteps

    find_device(options.device, "cpu")
    out = options.out or options.data.resolve().with_name(f"{options.data.resolve().name}-denoiser")
    check_out(out)
    budget = Hours(seconds / 3600) if options.steps is None else TrainingSteps(options.steps)
    training = DenoiserTraining(budget, options.start, seed=options.seed)
    with Bars() as bars:
        file = learn_denoiser(options.data, out, training, device=options.device, progress=bars, say=bars.say)
    if file is None:
        bars.complain(f"stopped; the same command goes on from the checkpoint in {out}.")
        return INTERRUPTED
    bars.say(f"weights {file}; preimage restore denoise --weights {file} uses them")
    return 0
