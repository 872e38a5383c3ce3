import io
import sys

import pytest

from preimage.cli.output import complain, say


def test_results_and_complaints_go_apart(capsys: pytest.CaptureFixture[str]) -> None:
    say("done")
    complain("two\nlines  and   spaces")
    assert capsys.readouterr() == ("done\n", "preimage: two lines and spaces\n")


def test_what_a_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    say("caf\u00e9")
    assert raw.getvalue() == b"caf\\xe9\n"


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert say("x") is None
