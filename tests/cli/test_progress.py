import re

import pytest

from preimage.cli.progress import TOLD_AS, bar, duration


def test_times_are_what_one_would_say() -> None:
    assert [duration(seconds) for seconds in (0, 0.4, 59, 99, 100, 5000, 6000, 20000)] == [
        "1 s", "1 s", "59 s", "99 s", "2 min", "83 min", "1.7 h", "5.6 h",
    ]  # fmt: skip


def test_without_a_terminal_there_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("a.png", period=0.01) as shown:
        until(capsys, r"^a\.png: at work, 1 s passed$")
        shown.tell("two fits")
        shown(0, 4)
        shown(1, 4)
        until(capsys, r"^a\.png: two fits: 25 %, 1 s passed")
    assert shown.progress.finished is False


def test_a_program_is_told_in_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOLD_AS, "json")
    with bar("a.png") as shown:
        shown.tell("two fits")
        shown(1, 4)
        until(capsys, r'^\{"done": 1, "total": 4, "text": "two fits"\}$')


def until(capsys: pytest.CaptureFixture[str], pattern: str) -> None:
    """Wait until a line on standard error is like ``pattern``."""
    told = ""
    for _ in range(10**6):
        told += capsys.readouterr().err
        if re.search(pattern, told, re.MULTILINE):
            return
    raise AssertionError(told)
