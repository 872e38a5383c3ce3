"""A visitor's pictures and what became of them, in a folder that nobody else is told of."""

import os
import secrets
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from preimage.files.places import record_beside
from preimage.restore.table import TASKS, find_task
from preimage.web.command import Wish, arguments, result_name
from preimage.web.errand import Errand
from preimage.web.form import UPLOADED
from preimage.web.limits import Refused, check_upload
from preimage.web.names import safe_name
from preimage.web.picture import KERNEL, VIEW, Holder, Restoration, VisitedPicture
from preimage.web.workshop import Assignment, Workshop

__all__ = ["Visit", "downloads"]


class Visit(Holder):
    """One open page.

    Args:
        workshop: where its work is done.
        folder: a folder that is made for it when the first file comes.

    Attributes:
        token: what addresses of its files begin with; nobody can guess it.
        pictures: the pictures by their numbers.
        chosen: the number of the picture that is shown.
        task: the name of the task that is chosen.
        touched: when the page was last heard of.
        is_over: whether it was ended.
    """

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        super().__init__()
        self.workshop = workshop
        self.folder = folder
        self.token = secrets.token_urlsafe(18)
        self.pictures: dict[str, VisitedPicture] = {}
        self.chosen = ""
        self.task = TASKS[0].name
        self.touched = time.monotonic()
        self.count = 0
        self.is_over = False
        self.lock = threading.Lock()

    @property
    def is_busy(self) -> bool:
        """Whether something is at work or waits."""
        return any(picture.is_busy for picture in self.pictures.values())

    @property
    def shown(self) -> VisitedPicture | None:
        """The picture that is shown: the chosen one, or else the last."""
        last = next(reversed(self.pictures.values()), None)
        return self.pictures.get(self.chosen, last)

    def new_file(self) -> Path:
        """The place of an upload that has not ended.

        Raises:
            Refused: the visit was ended.
        """
        with self.lock:
            if self.is_over:
                raise Refused("This page was closed. Load it again.")
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.count += 1
            return self.folder / f"upload-{self.count}"

    def add(self, name: str, upload: Path) -> VisitedPicture:
        """Take an upload as a picture, and look at it.

        Raises:
            Refused: it is none, or too large; the upload is gone then.
        """
        bounds = self.workshop.bounds
        if len(self.pictures) >= bounds.files:
            upload.unlink()
            raise Refused(f"At most {bounds.files} pictures are taken at a time.")
        number = upload.name.rpartition("-")[2]
        folder = self.folder / f"picture-{number}"
        folder.mkdir()
        path = folder / safe_name(name, _head(upload), {VIEW, KERNEL})
        upload.rename(path)
        try:
            check_upload(path, bounds)
        except Refused:
            shutil.rmtree(folder)
            raise
        errand = Errand(str(folder), look_at=(path.name,), views=((path.name, VIEW),))
        picture = VisitedPicture(number, path, Assignment(self.workshop, self.token, errand, again=True))
        self.pictures[number] = picture
        picture.looking.start()
        self._end_if_over()
        return picture

    def look_further(self) -> None:
        """Begin to find the blur of the picture that is shown, which takes long, where nothing else goes on."""
        picture = self.shown
        if picture is not None and picture.findings is not None and picture.blurring is None and not self.is_busy:
            errand = Errand(str(picture.path.parent), blurs=((picture.name, KERNEL),))
            picture.find_blur(Assignment(self.workshop, self.token, errand, again=True, gives_way=True))

    def add_file(self, option: str, name: str, upload: Path, picture: VisitedPicture | None) -> str:
        """Take an upload as what an option names, of one picture or of all; returns the name it has."""
        home = self if picture is None else picture
        folder = upload.with_name(f"file-{upload.name.rpartition('-')[2]}")
        folder.mkdir()
        path = folder / safe_name(name, _head(upload), {VIEW})
        upload.rename(path)
        home.hold(option, path)
        return path.name

    def drop_file(self, option: str, picture: VisitedPicture | None) -> None:
        """Forget what an option named."""
        (self if picture is None else picture).drop(option)

    def restore(self, picture: VisitedPicture, wish: Wish) -> None:
        """Begin what is wished for a picture, in place of what was done to it before.

        Raises:
            Refused: something is missing or wrong.
        """
        for other in self.pictures.values():  # the processor is wanted for this
            other.leave_blur()
        picture.cancel()
        chosen = self._chosen(picture, wish)
        names = _apart(picture.name, chosen)
        whole = Wish(wish.task, {**wish.settings, **names}, wish.strength, wish.save_as)
        words = arguments(whole, picture.name)
        if picture.restoration is not None:
            shutil.rmtree(picture.restoration.folder, ignore_errors=True)
        folder = picture.path.parent / f"run-{secrets.token_hex(4)}"
        folder.mkdir()
        _lend(picture.path, folder / picture.name)
        for name, path in chosen.items():
            _lend(path, folder / names[name])
        result = result_name(whole, picture.name)
        errand = Errand(str(folder), words, views=((result, VIEW),), records=(record_beside(Path(result)).name,))
        work = Assignment(self.workshop, self.token, errand)
        picture.begin(Restoration(whole, words, folder, result, work))
        self._end_if_over()

    def _chosen(self, picture: VisitedPicture, wish: Wish) -> dict[str, Path]:
        """The files that a wish names, by their options."""
        brought, chosen = {**self.files, **picture.files}, dict[str, Path]()
        for option in find_task(wish.task).options:
            is_wanted = wish.settings.get(option.name) == UPLOADED
            if is_wanted and option.name not in brought:
                raise Refused(f"The {option.name} is still missing: draw it, or choose a file.")
            if option.name in brought and (is_wanted or option.reads == "file"):
                chosen[option.name] = brought[option.name]
        return chosen

    def touch(self) -> None:
        """Note that the page was heard of."""
        self.touched = time.monotonic()

    def choose(self, number: str) -> None:
        """Show the picture of this number from now on."""
        self.chosen = number

    def paint(self) -> None:
        """Show the mask of the picture that is shown, to be painted on."""
        if self.shown is not None:
            self.shown.paint()

    def turn(self, task: str) -> None:
        """Turn to another task."""
        self.task = find_task(task).name
        for picture in self.pictures.values():
            if picture.restoration is None or picture.restoration.wish.task != self.task:
                picture.paint()

    def cancel(self) -> None:
        """End all that is done to pictures; when this returns nothing computes."""
        for picture in self.pictures.values():  # first those that wait, so that none begins
            if picture.restoration is not None:
                picture.restoration.work.cancelled.set()
        for picture in self.pictures.values():
            picture.cancel()

    def remove(self, number: str) -> None:
        """Forget a picture and all that belongs to it."""
        picture = self.pictures.pop(number, None)
        if picture is not None:
            picture.cancel()
            picture.looking.cancel()
            for option in tuple(picture.files):
                picture.drop(option)
            shutil.rmtree(picture.path.parent, ignore_errors=True)

    def end(self) -> None:
        """End all work, and forget every picture and file."""
        with self.lock:
            self.is_over = True
        self.cancel()
        for number in tuple(self.pictures):
            self.remove(number)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_if_over(self) -> None:
        """End what was begun while the page was closed."""
        if self.is_over:
            self.end()


def downloads(visit: Visit) -> dict[str, Path]:
    """All that may be downloaded of a visit, by names that differ."""
    found: dict[str, Path] = {}
    for picture in visit.pictures.values():
        if picture.restoration is not None:
            for kind, path in picture.restoration.files.items():
                if kind != "view":
                    found[safe_name(path.name, taken=found)] = path
    return found


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(32)


def _apart(picture: str, files: dict[str, Path]) -> dict[str, Any]:
    """Names beside a picture for files, each once."""
    names: dict[str, Any] = {}
    for option, path in files.items():
        names[option] = safe_name(path.name, taken={VIEW, picture, *names.values()})
    return names


def _lend(source: Path, target: Path) -> None:
    """The same file in another folder, without a copy where that can be done."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
