"""A picture that was brought to the page, and what was last wished for it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from preimage._worker import Worker
from preimage.files.places import record_beside
from preimage.web.command import Wish
from preimage.web.findings import Findings, SeenBlur
from preimage.web.workshop import Assignment

__all__ = ["KERNEL", "VIEW", "Holder", "Restoration", "VisitedPicture"]

VIEW = "view.png"
"""The name of the file that a browser shows of a picture."""
KERNEL = "kernel-found.png"
"""The name of the file in which the kernel is drawn that was found in a picture."""


@dataclass(frozen=True)
class Restoration:
    """A wish at work, or carried out.

    Attributes:
        wish: what was wished for.
        words: the command line.
        folder: where it runs.
        result: the name of the restored picture there.
        work: how far it is.
    """

    wish: Wish
    words: tuple[str, ...]
    folder: Path
    result: str
    work: Assignment

    @property
    def files(self) -> dict[str, Path]:
        """What may be downloaded, by what it is; empty while the work goes on."""
        if self.work.state != "done":
            return {}
        stem = Path(self.result).stem
        found = {
            "picture": self.folder / self.result, "record": record_beside(self.folder / self.result),
            "errors": self.folder / f"{stem}-error.tif", "errors-view": self.folder / f"{stem}-error.png",
            "kernel": record_beside(self.folder / self.result).with_suffix(".kernel.png"), "view": self.folder / VIEW,
        }  # fmt: skip
        return {name: path for name, path in found.items() if path.is_file()}

    @property
    def error_scale(self) -> tuple[float, float] | None:
        """The half-width that is lightest in the error map, and the share of the pixels for which the map holds."""
        record = self.files.get("record")
        resolved = {} if record is None else json.loads(record.read_text(encoding="utf-8"))["resolved"]
        told = resolved.get("error_map")
        return None if told is None else (told["lightest"], told["share"])


class Holder(Worker):
    """Something to which files belong that options name, such as masks and kernels.

    Attributes:
        files: the files by the names of their options.
    """

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}

    def hold(self, option: str, path: Path) -> None:
        """Keep ``path``, alone in its folder, for ``option``, in place of what was kept before."""
        self.drop(option)
        self.files[option] = path

    def drop(self, option: str) -> None:
        """Remove the file that is kept for ``option``, with its folder."""
        if (before := self.files.pop(option, None)) is not None:
            shutil.rmtree(before.parent, ignore_errors=True)


class VisitedPicture(Holder):
    """A picture that was brought.

    Args:
        number: its number in the visit.
        path: the file.
        looking: the work of looking at it.

    Attributes:
        blurring: the work of finding its blur, where that was begun.
        restoration: what was last wished for it.
        painting: whether a mask is painted on it where the task takes one, or else the result is shown.
    """

    def __init__(self, number: str, path: Path, looking: Assignment) -> None:
        super().__init__()
        self.number = number
        self.path = path
        self.looking = looking
        self.blurring: Assignment | None = None
        self.restoration: Restoration | None = None
        self.painting = True

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.name

    @property
    def view(self) -> Path:
        """What a browser shows of it."""
        return self.path.parent / VIEW

    @property
    def findings(self) -> Findings | None:
        """What was seen in it, as soon as it was looked at."""
        seen = self.looking.seen
        return Findings.from_values(seen[0]) if self.looking.state == "done" and seen else None

    @property
    def blur(self) -> SeenBlur | None:
        """The blur that was found in it, as soon as there is one."""
        work = self.blurring
        return SeenBlur.from_values(work.seen[0]) if work is not None and work.state == "done" and work.seen else None

    @property
    def kernel(self) -> Path:
        """The kernel of that blur, drawn."""
        return self.path.parent / KERNEL

    @property
    def is_busy(self) -> bool:
        """Whether something is still going to happen to it."""
        works = [self.looking, self.blurring, None if self.restoration is None else self.restoration.work]
        return any(work is not None and not work.is_over for work in works)

    def find_blur(self, work: Assignment) -> None:
        """Begin the work of finding its blur."""
        self.blurring = work
        work.start()

    def leave_blur(self) -> None:
        """End the work of finding its blur, where it goes on; it may be begun anew."""
        if self.blurring is not None and not self.blurring.is_over:
            self.blurring.cancel()
            self.blurring = None

    def paint(self) -> None:
        """Show the picture to be painted on, not what became of it."""
        self.painting = True

    def begin(self, restoration: "Restoration") -> None:
        """Begin what is wished for."""
        self.restoration = restoration
        self.painting = False
        restoration.work.start()

    def cancel(self) -> None:
        """End what is done to it."""
        self.leave_blur()
        if self.restoration is not None:
            self.restoration.work.cancel()
