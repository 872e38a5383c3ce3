from typing import Any

import pytest

from preimage.cli.progress import Bar, bar
from preimage.cli.watching import Planned, Watching
from preimage.restore.frame.announce import Announcement
from preimage.restore.frame.work import Forecast, Session


class Planning(Session):
    def forecast(self) -> Forecast:
        return Forecast(90.0, 2 * 10**9)


def announced(shown: Bar, method: str = "dpir", **options: Any) -> Watching:
    watching = Watching(shown.progress, shown.task, shown.label, **options)
    watching.announced(Announcement("denoise", method, (3, 40, 50), "noise level 5/255, given", Planning()))
    return watching


def test_size_level_time_and_memory_are_told_first(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("a") as shown:
        announced(shown)
        announced(shown, words="as found before")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("  50x40 colour, noise level 5/255, given; about 90 s; up to ")
    assert second.startswith("  50x40 colour, as found before; about 90 s")


def test_a_dry_run_ends_there(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("a") as shown, pytest.raises(Planned) as planned:
        announced(shown, dry=True)
    assert planned.value.forecast.seconds == 90
    assert "50x40" in capsys.readouterr().out


def test_a_fit_tells_its_time_after_a_few_steps(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("a") as shown:
        watching = announced(shown, "dip", dry=True)
        for done in (0, 1, 2, 3):
            watching(done, 100)
        with pytest.raises(Planned) as planned:
            watching(4, 100)
    assert planned.value.forecast.memory == 2 * 10**9
    assert "for 100 steps" in capsys.readouterr().out
    with bar("a") as shown:
        quick = announced(shown, "dip")
        for done in range(6):
            quick(done, 100)
        assert shown.progress.tasks[0].completed == 5
    assert "steps" not in capsys.readouterr().out  # under five seconds is not worth telling
