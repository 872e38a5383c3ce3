"""Workshops whose helpers start in a moment."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from preimage.web.helper import Helpers
from preimage.web.limits import Bounds
from preimage.web.line import Line
from preimage.web.visit import Visit
from preimage.web.workshop import Workshop

FAKE = (sys.executable, "-S", "-E", str(Path(__file__).with_name("fake_helper.py")))


@contextmanager
def workshop(folder: Path, places: int = 2, bounds: Bounds | None = None) -> Iterator[Workshop]:
    """A workshop of fake helpers, which end with it."""
    helpers = Helpers(FAKE, folder)
    helpers.fill()
    try:
        yield Workshop(helpers, Line(places), bounds or Bounds())
    finally:
        helpers.end()


def bring(visit: Visit, name: str = "a.png", size: tuple[int, int] = (8, 6)) -> str:
    """Bring a picture to a visit, as an upload does, and wait until it was looked at; returns its number."""
    upload = visit.new_file()
    Image.new("RGB", size, (200, 100, 50)).save(upload, "PNG")
    picture = visit.add(name, upload)
    until(lambda: picture.looking.is_over)
    return picture.number


def until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.01)


def cpu_seconds(pid: int) -> float | None:
    """The processor time that a process has taken; ``None`` where it is gone."""
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return None
    fields = path.read_text().rpartition(")")[2].split()
    return None if fields[0] == "Z" else (int(fields[11]) + int(fields[12])) / 100
