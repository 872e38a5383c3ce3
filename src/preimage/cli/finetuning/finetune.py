"""``preimage finetune``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.cli.progress import bar, duration
from preimage.cli.training.durations import parse_duration
from preimage.errors import ArgumentError
from preimage.files.atomic import check_free

if TYPE_CHECKING:
    from preimage.cli.finetuning.files import FinetuneRecord

__all__ = ["FinetuneOptions", "finetune"]

_FILES = Group("Files", sort_key=2)


@Parameter(name="*")
@dataclass(frozen=True)
class FinetuneOptions:
    """Options of a training on measurements."""

    data: Path
    "A measurement, or a folder of them: .npy, TIFF, or other pictures."
    physics: Path | None = None
    'What made them: a TOML file like physics = "blur", kernel = "psf.png", noise = "gaussian:0.02", with the '
    "options of preimage simulate; by default the record beside each measurement."
    weights: str = "ram-compact"
    "Where to start: a name of preimage.zoo, or a file."
    time: str = "5m"
    "How long it may take, like 90s or 5m; it ends earlier where nothing gets better."
    steps: int = 200
    "The most steps."
    rate: float = 2e-4
    "The learning rate."
    seed: int = 0
    "Of what is held out and what is drawn."
    output: Annotated[Path | None, Parameter(name=["--output", "-o"], group=_FILES)] = None
    "File of the weights to write, .safetensors; by default DATA-finetuned.safetensors beside the data."
    overwrite: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Replace files that exist."


def finetune(*, options: FinetuneOptions) -> int:
    """Train a network on by your own measurements, without their truth.

    A part of each measurement is held out, and what is not better there is not taken: the weights are no worse than
    those at the start. The loss follows from the noise and the physics.

    Then in Python: preimage.zoo.load_reconstructor("weights.safetensors")(y, physics)
    """
    seconds = parse_duration(options.time)
    data = options.data.resolve()
    output = options.output or data.with_name(f"{data.stem}-finetuned.safetensors")
    if output.suffix != ".safetensors":
        raise ArgumentError(f"`output` must end in .safetensors, got {output.name!r}; rename it.")
    for path in (output, output.with_suffix(".json")):
        check_free(path, options.overwrite)
    import_interruptibly("preimage.cli.finetuning.files")
    from preimage.cli.finetuning.files import FileTraining, finetune_on_files

    training = FileTraining(options.weights, options.steps, options.rate, options.seed, seconds)
    with bar(data.name) as progress:

        def tell(step: int, score: float) -> None:
            progress(step, options.steps)
            progress.tell(f"held-out error {score:.4g}")

        record = finetune_on_files(data, options.physics, output, training, tell, options.overwrite)
    _summarise(record, output)
    return 0


def _summarise(record: "FinetuneRecord", output: Path) -> None:
    count = len(record.data)
    say(
        f"{count} measurement{'s' if count > 1 else ''} -> {output}: {record.steps} steps in {duration(record.seconds)}"
    )
    change = f"held-out error {record.start:.4g} -> {record.score:.4g}"
    if record.improved:
        say(f"  {change}, at step {record.best}; record {output.with_suffix('.json')}")
    else:
        say(f"  {change}: no better than chance, so the weights are those at the start")
    for note in record.notes:
        say(f"  note: {note}")
