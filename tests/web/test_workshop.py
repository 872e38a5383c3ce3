import time
from pathlib import Path

from preimage.web.errand import Errand
from preimage.web.limits import Bounds
from preimage.web.workshop import Assignment
from tests.web.doubles import cpu_seconds, until, workshop


def test_work_is_done_or_says_why_not(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12")
    with workshop(tmp_path) as shop:
        work = Assignment(shop, "a", Errand(str(tmp_path), ("restore", "denoise", "a.png")))
        assert not work.is_over
        work.start()
        until(lambda: work.is_over)
        assert work.state == "done"
        failing = Assignment(shop, "a", Errand(str(tmp_path), ("restore", "flash", "a.png")))
        failing.start()
        until(lambda: failing.is_over)
        assert failing.state == "failed"
        assert failing.reason == "The picture must be better, got a.png; use noise level."


def test_cancelled_work_has_stopped_when_cancel_returns(tmp_path: Path) -> None:
    with workshop(tmp_path, places=1) as shop:
        first, second = (Assignment(shop, "a", Errand(str(tmp_path), ("restore", "deblur", "a.png"))) for _ in range(2))
        first.start()
        until(lambda: first.helper is not None and first.helper.done > 2)
        second.start()
        assert first.share is not None
        assert first.helper is not None
        began = time.monotonic()
        second.cancel()
        first.cancel()
        assert time.monotonic() - began < 2
        assert cpu_seconds(first.helper.pid) is None
        assert (first.state, second.state) == ("cancelled", "cancelled")
        assert second.helper is None


def test_work_of_too_long_is_stopped(tmp_path: Path) -> None:
    with workshop(tmp_path, bounds=Bounds(minutes=0)) as shop:
        work = Assignment(shop, "a", Errand(str(tmp_path), ("restore", "deblur", "a.png")))
        work.start()
        until(lambda: work.is_over)
        assert work.state == "failed"
        assert "longer than 0 minutes" in work.reason
