import gc
import os
import threading
import weakref
from pathlib import Path

import pytest

from preimage.web.command import Wish
from preimage.web.limits import Refused
from preimage.web.visits import Visits
from tests.web.doubles import bring, until, workshop


def test_pages_know_nothing_of_each_other(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visits = Visits(shop, tmp_path)
        first, second = visits.of_page("one"), visits.of_page("two")
        assert first is visits.of_page("one")
        assert first.token != second.token
        assert visits.of_token(first.token) is first
        assert visits.of_token("") is None
        number = bring(first)
        assert number not in second.pictures
        visits.leave("one")
        assert visits.of_token(first.token) is None
        assert not first.folder.exists()
        visits.end()
        assert not list(tmp_path.glob("visit-*"))


def test_what_was_left_for_long_ends(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visits = Visits(shop, tmp_path, idle=-1)
        first = visits.of_page("one")
        visits.of_page("two")
        assert visits.of_token(first.token) is None
        visits.end()


def test_what_a_closed_page_had_asked_for_leaves_nothing(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visits = Visits(shop, tmp_path)
        visit = visits.of_page("one")
        bring(visit)
        visits.leave("one")
        late = visits.of_page("one")  # as an event that waited in a queue does
        assert late is not visit
        assert visits.of_token(late.token) is None
        with pytest.raises(Refused, match="Load it again"):
            visit.new_file()
        assert not list(tmp_path.glob("visit-*"))


def test_nothing_of_fifty_jobs_stays(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visits = Visits(shop, tmp_path)
        until(lambda: all(helper.is_alive for helper in shop.helpers.waiting))
        threads, files, ends = threading.active_count(), set(tmp_path.iterdir()), len(os.listdir("/proc/self/fd"))
        kept = [ref for page in range(5) for ref in ten_jobs(visits, str(page))]
        assert len(kept) == 5 * (2 + 10 * 3)
        until(lambda: threading.active_count() <= threads)
        gc.collect()
        assert [ref() for ref in kept if ref() is not None] == []
        assert set(tmp_path.iterdir()) == files
        assert len(os.listdir("/proc/self/fd")) <= ends
        assert (visits.by_page, shop.helpers.away, shop.line.working, shop.line.waiting) == ({}, [], [], [])


def ten_jobs(visits: Visits, page: str) -> "list[weakref.ref[object]]":
    """What is made for ten restorations of a picture of a page that is closed then."""
    visit = visits.of_page(page)
    picture = visit.pictures[bring(visit)]
    made: list[object] = [visit, picture]
    for _ in range(10):
        visit.restore(picture, Wish("denoise"))
        until(lambda: not visit.is_busy)
        assert picture.restoration is not None
        made += [picture.restoration, picture.restoration.work, picture.restoration.work.helper]
    visits.leave(page)
    return [weakref.ref(one) for one in made]
