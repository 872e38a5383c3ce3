"""All open pages, and the end of those that were left."""

import secrets
import threading
import time
from collections import deque
from pathlib import Path

from preimage._worker import Worker
from preimage.web.visit import Visit
from preimage.web.workshop import Workshop

__all__ = ["Visits"]

_REMEMBERED = 1000


class Visits(Worker):
    """The visits of one server, each in a folder of its own.

    Args:
        workshop: where work is done.
        folder: where the folders of visits are made.
        idle: seconds after which a visit ends of which nothing was heard.
    """

    def __init__(self, workshop: Workshop, folder: Path, idle: float = 4 * 3600.0) -> None:
        self.workshop = workshop
        self.folder = folder
        self.idle = idle
        self.lock = threading.Lock()
        self.by_page: dict[str, Visit] = {}
        self.left: deque[str] = deque(maxlen=_REMEMBERED)

    def of_page(self, page: str) -> Visit:
        """The visit of an open page, by the name that the page's connection has.

        What a page has asked for may be heard after it was closed: it gets a visit that nobody keeps, without files.
        """
        self.sweep()
        with self.lock:
            visit = self.by_page.get(page)
            if visit is None:
                visit = Visit(self.workshop, self.folder / f"visit-{secrets.token_hex(8)}")
                if page not in self.left:
                    self.by_page[page] = visit
        visit.touch()
        return visit

    def of_token(self, token: str) -> Visit | None:
        """The visit whose files have addresses with ``token``."""
        with self.lock:
            found = next((visit for visit in self.by_page.values() if visit.token == token), None)
        if found is not None:
            found.touch()
        return found

    def leave(self, page: str) -> None:
        """End the visit of a page that was closed."""
        with self.lock:
            visit = self.by_page.pop(page, None)
            self.left.append(page)
        if visit is not None:
            visit.end()

    def sweep(self) -> None:
        """End visits of which nothing was heard for long, but for those at work."""
        now = time.monotonic()
        with self.lock:
            left = [page for page, visit in self.by_page.items() if now - visit.touched > self.idle]
            left = [page for page in left if not self.by_page[page].is_busy]
        for page in left:
            self.leave(page)

    def end(self) -> None:
        """End all visits, as if every page were closed."""
        with self.lock:
            pages = tuple(self.by_page)
        for page in pages:
            self.leave(page)
