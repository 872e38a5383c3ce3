"""``preimage evaluate``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import complain, say
from preimage.cli.progress import bar
from preimage.cli.words import in_shell_words
from preimage.errors import ArgumentError
from preimage.evaluate.table import METRICS, find_metric
from preimage.files.atomic import check_free
from preimage.files.formats.table import by_file

if TYPE_CHECKING:
    from preimage.evaluate import Evaluation

__all__ = ["evaluate", "evaluate_stacks", "is_store"]

_FILES = Group("Files", sort_key=3)
_STACKS = Group("Stacks and volumes", sort_key=4)
_NAMES = ", ".join(row.name for row in METRICS)
_MOST = 100  # lines of pictures on a terminal


@Parameter(name="*")
@dataclass(frozen=True)
class EvaluationOptions:
    """Options of the command."""

    reference: Annotated[Path | None, Parameter(help="A folder of what they should be, or one such file.")] = None
    metric: Annotated[str, Parameter(help=f"Of {_NAMES}, or MODULE:NAME of your own, with commas between.")] = (
        "psnr,ssim"
    )
    crop: int = 0
    "Cut off so many pixels at each side of both pictures first, as figures of super-resolution do."
    y: Annotated[bool, Parameter(negative=())] = False
    "Compare the luminance of RGB (ITU-R BT.601, 16 to 235), as figures of super-resolution do."
    round: Annotated[bool, Parameter(negative=())] = False
    "Clip both to [0, 1] and round them to 8 bits first, as published figures do."
    axes: Annotated[str | None, Parameter(group=_STACKS)] = None
    "Take both files for stacks with these axes, like TZCYX: every plane is scored, and all voxels."
    span: Annotated[str | None, Parameter(name=["--range"], group=_STACKS)] = None
    "LOW:HIGH, the values of stacks that are taken for 0 and 1; by default the least and the largest of the reference."
    csv: Annotated[Path | None, Parameter(group=_FILES)] = None
    "Also write every value to this file."
    page: Annotated[Path | None, Parameter(group=_FILES)] = None
    "Also write this HTML file, which shows the worst pictures and their errors."
    worst: int = 24
    "How many pictures the page shows."
    overwrite: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Replace files that exist."


_USUAL = EvaluationOptions()


def evaluate(
    results: Annotated[Path, Parameter(name="RESULTS", help="A folder of pictures or arrays, or one such file.")],
    /,
    *,
    options: EvaluationOptions = _USUAL,
) -> int:
    """Score pictures: every picture, then the mean, the median and the worst.

    A result belongs to the reference of the same name, or whose name it goes on from: photo_denoised.png belongs to
    photo.png.
    """
    names = [name for name in options.metric.split(",") if name.strip()]
    for name in names:
        find_metric(name)
    for option, path, suffix in (("csv", options.csv, ".csv"), ("page", options.page, ".html")):
        if path is not None:
            if path.suffix.lower() != suffix:
                raise ArgumentError(f"`--{option}` must end in {suffix}, got {path}; write it like scores{suffix}.")
            check_free(path, options.overwrite)
    if options.worst < 1:
        raise ArgumentError(f"`--worst` must be at least 1, got {options.worst}; leave out --page instead.")
    if options.axes is not None or options.span is not None or is_store(results):
        return evaluate_stacks(results, options, names)
    import_interruptibly("preimage.evaluate.evaluation")
    from preimage.evaluate import Treatment, evaluate, write_csv, write_page

    treatment = Treatment(options.round, options.y, options.crop)
    with bar(str(results)) as moved:
        found = evaluate(results, options.reference, names, treatment, moved)
    _tell(found)
    if options.csv is not None:
        write_csv(found, options.csv, options.overwrite)
        say(f"every value -> {options.csv}")
    if options.page is not None:
        write_page(found, options.page, options.worst, options.overwrite)
        say(f"the worst pictures -> {options.page}")
    return 1 if found.failures else 0


def evaluate_stacks(results: Path, options: EvaluationOptions, names: list[str]) -> int:
    """Score one stack, and print its planes and the whole.

    Raises:
        ArgumentError: there is no reference, or an option is for pictures.
        PreimageError: a file cannot be read or scored.
    """
    import_interruptibly("preimage.evaluate.stacks")
    from preimage.evaluate.stacks import evaluate_stack, parse_span

    if options.reference is None:
        raise ArgumentError("`--reference` must be given for a stack, got none; name a file.")
    if options.crop or options.y or options.round or options.csv is not None or options.page is not None:
        raise ArgumentError("`--crop`, `--y`, `--round`, `--csv` and `--page` must be left out for a stack.")
    with bar(str(results)) as moved:
        found = evaluate_stack(results, options.reference, names, options.axes, parse_span(options.span), moved)
    for line in found.table():
        say(line)
    return 0


def is_store(path: Path) -> bool:
    """Whether a folder is one array, as Zarr stores are."""
    return path.is_dir() and by_file(path) is not None


def _tell(found: "Evaluation") -> None:
    from preimage.evaluate import summary_table

    for note in found.treatment.notes():
        say(f"before: {note}")
    many = len(found.scores) > _MOST
    for line in summary_table(found, not many):
        say(line)
    if many:
        say(f"{len(found.scores)} pictures; --csv and --page tell of each.")
    for index, row in enumerate(found.rows):
        if count := len(found.scores) - len(found.column(index)):
            say(f"note: {row.title} is not defined for {count} of {len(found.scores)}, which its mean leaves out")
    for what, paths in (("reference", found.lone_results), ("result", found.lone_references)):
        if paths:
            more = f" and {len(paths) - 8} more" if len(paths) > 8 else ""
            complain(f"no {what} for {', '.join(path.name for path in paths[:8])}{more}")
    for failure in found.failures:
        complain(in_shell_words(failure.message))
