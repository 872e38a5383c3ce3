"""Options that all restorations share, and those of deep image priors."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from preimage.restore.frame.declaration import TaskRow
from preimage.restore.table import DRAWS, find_task

__all__ = ["Fitting", "Request", "SharedOptions"]

_FILES = Group("Files", sort_key=2)
_STACKS = Group("Stacks and volumes", sort_key=4)
_DIP = Group("With --method dip, a deep image prior", sort_key=3)


@Parameter(name="*")
@dataclass(frozen=True)
class SharedOptions:
    """Options of every task."""

    strength: float = 1.0
    "Factor on the level of what is removed: more removes more of it, and detail."
    memory: str | None = None
    "Limit for the process, like 2GB; dip, which takes no tiles, refuses pictures that are too large for it."
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    "Where to compute; auto takes a GPU where there is one."
    jobs: int | None = None
    "Pictures of a folder that are restored at a time; by default one for each core, where they are worth it."
    bits: int | None = None
    "Bits of the samples where the file has room for more; by default 8, 10, 12, 14 or 16 by the largest sample."
    axes: Annotated[str | None, Parameter(group=_STACKS)] = None
    "Axes of INPUT where it is a stack: T time, Z plane, C channel, Y row, X column, like TZCYX; by default as it says."
    key: Annotated[str | None, Parameter(group=_STACKS)] = None
    "The array that is meant where INPUT holds several, as HDF5 and Zarr do."
    scheduler: Annotated[str | None, Parameter(group=_STACKS)] = None
    "Who computes the blocks of a stack: local or local:8, new processes here, or a scheduler of Dask, tcp://HOST:PORT."
    mode: Annotated[Literal["planes", "volume", "time"], Parameter(group=_STACKS)] = "planes"
    "Neighbours that are used: planes takes each on its own, volume those along Z, too, time those along T."
    output: Annotated[Path | None, Parameter(name=["--output", "-o"], group=_FILES)] = None
    "File to write, or a folder; by default beside INPUT, under its name and what was done: photo-denoised.png."
    compare: Annotated[Path | None, Parameter(group=_FILES)] = None
    "Also write before and after side by side: a file, or a folder where there are several inputs."
    trace: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Also write what happened at each step: a table, .trace.csv, and a drawing, .trace.png."
    overwrite: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Replace files that exist."
    skip_existing: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Pass over pictures that have been restored already, with their record: goes on where a run was ended."
    recursive: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Folders inside a folder, too; the results are in such folders again."
    dry_run: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Check everything, say what would be done, how long it takes and how much memory, and write nothing."
    from_json: Annotated[Path | None, Parameter(group=_FILES)] = None
    "Repeat the restoration recorded in this file; other settings are then taken from it."


@Parameter(name="*")
@dataclass(frozen=True)
class Fitting:
    """Options of the method dip, a deep image prior."""

    setting: Annotated[Literal["fast", "paper"], Parameter(group=_DIP)] = "fast"
    "What is fitted: our choice, or the publication's network and number of steps, which takes several times as long."
    runs: Annotated[int | None, Parameter(group=_DIP)] = None
    "Fits from different starts, side by side, whose results are averaged: two for fast, one for paper."
    preview: Annotated[float | None, Parameter(group=_DIP)] = None
    "Every so many seconds write the best picture so far to OUTPUT.preview.png (or its format); gone at the end."
    seed: Annotated[int, Parameter(group=_DIP)] = 0
    "Of the random numbers, and of those of --samples; the same seed gives the same picture on a CPU."


@dataclass(frozen=True)
class Request:
    """A command as given.

    Attributes:
        task: its name.
        inputs: files, folders and patterns.
        settings: arguments of the Python function of the task, as given, but for those in ``options`` and ``fitting``.
        quality: the quality of the files to write, where given.
        words: how degraded the picture is, where it was found before.
    """

    task: str
    inputs: tuple[str, ...]
    settings: dict[str, Any]
    options: SharedOptions = field(default_factory=SharedOptions)
    fitting: Fitting = field(default_factory=Fitting)
    quality: int | None = None
    words: str = ""

    @property
    def row(self) -> TaskRow:
        """The task in the table."""
        return find_task(self.task)

    @property
    def method(self) -> str:
        """The name of the method."""
        named, usual = self.settings.get("method"), self.row.methods[0]
        return DRAWS if self.settings.get("samples") and named in (None, usual) else named or usual

    @property
    def error_map(self) -> bool:
        """Whether an error map is asked for."""
        return bool(self.settings.get("error_map"))

    @property
    def draws_samples(self) -> bool:
        """Whether several pictures are drawn, and written beside their mean."""
        return self.method == DRAWS

    @property
    def draws_kernel(self) -> bool:
        """Whether the kernel of a blur is looked for, and drawn."""
        return self.task == "deblur" and self.settings.get("kernel") == "auto"

    def arguments(self) -> dict[str, Any]:
        """What the Python function of the task takes, but for the picture, the method and the progress."""
        options = self.options
        given = {name: value for name, value in self.settings.items() if name != "method"}
        shared = {"strength": options.strength, "memory": options.memory, "device": options.device}
        return {**given, **shared, "bits": options.bits, "seed": self.fitting.seed, "trace": options.trace}
