import threading

from preimage.web.line import Line
from tests.web.doubles import until


class Visitor:
    """Someone who stands in line in a thread, and stays at work until told."""

    def __init__(self, line: Line, name: str) -> None:
        self.shared: int | None = None
        self.go, self.cancelled = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.stand, args=(line, name), daemon=True)
        before = line.count
        self.thread.start()
        until(lambda: line.count > before)

    def stand(self, line: Line, name: str) -> None:
        with line.place(name, self.cancelled.is_set) as shared:
            self.shared = shared
            if shared:
                assert self.go.wait(30)

    @property
    def is_at_work(self) -> bool:
        return self.shared is not None

    def leave(self) -> None:
        self.go.set()
        self.thread.join(30)


def test_there_are_never_more_at_work_than_places_and_who_has_fewest_is_next() -> None:
    line = Line(2)
    first = Visitor(line, "a")
    until(lambda: first.is_at_work)
    second = Visitor(line, "a")
    until(lambda: second.is_at_work)
    third, other = Visitor(line, "a"), Visitor(line, "b")
    assert (first.shared, second.shared) == (1, 2)
    assert not third.is_at_work
    first.leave()
    until(lambda: other.is_at_work)
    assert not third.is_at_work
    second.leave()
    until(lambda: third.is_at_work)
    third.leave()
    other.leave()
    assert line.working == line.waiting == []


def test_who_is_cancelled_leaves_the_line() -> None:
    line = Line(1)
    first = Visitor(line, "a")
    until(lambda: first.is_at_work)
    second = Visitor(line, "b")
    second.cancelled.set()
    until(lambda: second.shared == 0)
    first.leave()
    assert line.working == line.waiting == []
