from pathlib import Path

from preimage.web.visits import Visits
from tests.web.doubles import bring, workshop


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
