"""The folder of a computation on blocks: arrays, marks of finished blocks, and a journal of finished passes."""

import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from preimage._worker import Worker
from preimage.blocks.array import BlockArray, put_file
from preimage.blocks.executor import BlockExecutor, SerialExecutor
from preimage.blocks.grid import BlockGrid
from preimage.blocks.stage import BlockInput, BlockStage, BlockStep
from preimage.errors import ArgumentError

__all__ = ["BlockOutput", "Mapped", "Workspace", "opened_workspace"]

_JOURNAL, _LOCK = "journal.json", "lock"

Reduction = Literal["sum", "min", "max"]


@dataclass(frozen=True)
class BlockOutput:
    """An array that a pass writes.

    Attributes:
        name: that of its folder; no other array has it.
        dtype: the type of a value, as NumPy calls it.
        lead: further axes in front.
        grid: its own blocks, as many as those of the pass and in their order; ``None``: those of the pass.
    """

    name: str
    dtype: str = "float32"
    lead: tuple[int, ...] = ()
    grid: BlockGrid | None = None


@dataclass(frozen=True)
class Mapped:
    """What a pass has given.

    Attributes:
        arrays: its outputs.
        numbers: its numbers, each reduced over all blocks.
    """

    arrays: tuple[BlockArray, ...]
    numbers: tuple[float, ...]


class Workspace(Worker):
    """Passes over blocks that go on where a killed process ended.

    The same program, run again in the same folder, finds in the journal which passes are finished and in the marks
    which blocks of the next one are, and computes the others. What it does must depend on nothing but its settings and
    the numbers of earlier passes.

    Args:
        folder: where everything is.
        executor: who computes.
        threads: how many threads compute a block.
        finished: the numbers of finished passes, by their names.
        words: the settings as JSON, by which the journal knows them.
        progress: ``progress(done, total)``, called after every block.
    """

    def __init__(
        self,
        folder: Path,
        executor: BlockExecutor,
        threads: int | None,
        finished: dict[str, list[float]],
        words: str,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.folder = folder
        self.executor = executor
        self.threads = threads
        self.finished = finished
        self.words = words
        self.progress = progress
        self.done = 0
        self.total = 0

    def expect(self, blocks: int) -> None:
        """So many blocks are still to come; those that are found finished are taken off."""
        self.total = self.done + blocks

    def map(
        self,
        name: str,
        grid: BlockGrid,
        step: BlockStep,
        inputs: Sequence[BlockInput] = (),
        outputs: Sequence[BlockOutput] = (),
        reductions: Sequence[Reduction] = (),
    ) -> Mapped:
        """One pass: ``step`` for every block of ``grid`` that is not done.

        Args:
            name: that of the pass; no other has it.
            grid: the blocks.
            step: see :class:`BlockStage`.
            inputs: what it reads.
            outputs: what it writes.
            reductions: how its numbers become one of all blocks; sums are rounded once, whatever the order.
        """
        arrays = tuple(
            BlockArray(self.folder / each.name, each.grid or grid, each.dtype, each.lead) for each in outputs
        )
        stage = BlockStage(grid, step, tuple(inputs), arrays, self.folder / f"{name}.marks", self.threads)
        if name in self.finished:
            self.total -= grid.count
            shutil.rmtree(stage.marks, ignore_errors=True)
            return Mapped(arrays, tuple(self.finished[name]))
        for array in arrays:
            array.create()
        stage.marks.mkdir(exist_ok=True)
        missing = stage.missing()
        self.total -= grid.count - len(missing)
        self._tell()
        self.executor.compute(stage, missing, self._count)
        columns = list(zip(*stage.numbers(), strict=True))
        numbers = [_reduced(how, column) for how, column in zip(reductions, columns, strict=True)]
        self.finished[name] = numbers
        self._write()
        shutil.rmtree(stage.marks, ignore_errors=True)
        return Mapped(arrays, tuple(numbers))

    def recall(self, name: str, compute: Callable[[], Sequence[float]]) -> tuple[float, ...]:
        """Numbers that are computed once, and found in the journal after that."""
        if name not in self.finished:
            self.finished[name] = [float(number) for number in compute()]
            self._write()
        return tuple(self.finished[name])

    def drop(self, *arrays: BlockArray) -> None:
        """Remove arrays that no later pass reads."""
        for array in arrays:
            shutil.rmtree(array.folder, ignore_errors=True)

    def _count(self) -> None:
        self.done += 1
        self._tell()

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.done, max(self.total, self.done))

    def _write(self) -> None:
        text = {"digest": _digest(self.words), "settings": self.words, "finished": self.finished}
        put_file(self.folder / _JOURNAL, json.dumps(text).encode())


def _reduced(how: Reduction, numbers: Sequence[float]) -> float:
    return math.fsum(numbers) if how == "sum" else (min if how == "min" else max)(numbers)


@contextmanager
def opened_workspace(
    folder: Path | str,
    settings: Mapping[str, Any],
    executor: BlockExecutor | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Workspace]:
    """The workspace in ``folder``, new or as a killed process left it; it stays, and its user removes it.

    Args:
        folder: it is made where it is not there.
        settings: all that the result depends on, as JSON holds it.
        executor: who computes; this process by default.
        threads: how many threads compute a block.
        progress: ``progress(done, total)``, called after every block.

    Raises:
        ArgumentError: the folder holds the work of other settings, or another process is at work there.
    """
    folder = Path(folder).absolute()  # workers may be elsewhere
    words = json.dumps(settings, sort_keys=True)
    if folder.exists() and not (folder / _LOCK).exists() and any(folder.iterdir()):
        raise ArgumentError(f"`folder` must be new, or one of blocks, got {folder}, which holds something else.")
    folder.mkdir(exist_ok=True)
    with _locked(folder):
        finished: dict[str, list[float]] = {}
        journal = folder / _JOURNAL
        if journal.exists():
            told = json.loads(journal.read_bytes())
            if told["digest"] != _digest(words):
                raise ArgumentError(
                    f"{folder} must hold the work of this command, got that of another one with "
                    f"{_difference(json.loads(told['settings']), settings)}; run that one again, or delete the folder."
                )
            finished = told["finished"]
        work = Workspace(folder, executor or SerialExecutor(), threads, finished, words, progress)
        if not journal.exists():
            work._write()
        yield work


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The first setting that differs."""
    plain = json.loads(json.dumps(now))
    common = [name for name in plain if name in then]
    names = [name for name in (*common, *then, *plain) if then.get(name) != plain.get(name)]
    return f"{names[0]} {then.get(names[0])}, not {plain.get(names[0])}" if names else "other settings"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder for one process alone; the system unlocks it when the process ends, however that is."""
    with (folder / _LOCK).open("a") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ArgumentError(f"{folder} must be free, got one where another process is at work; wait.") from error
        yield
