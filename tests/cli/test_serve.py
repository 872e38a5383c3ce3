import sys

import pytest

from preimage.cli.app import BAD_INPUT, run


def test_without_gradio_there_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    assert run(["serve", "--port", "7899"]) == BAD_INPUT
    told = capsys.readouterr().err
    assert "pip install 'preimage[web]'" in told
    assert told.count("\n") == 1


def test_numbers_have_a_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--jobs", "0"]) == BAD_INPUT
    assert "`--jobs` must be at least 1" in capsys.readouterr().err
    assert run(["serve", "--port", "99999"]) == BAD_INPUT


def test_nothing_is_served_to_other_computers() -> None:
    from preimage.web.server import HOST

    assert HOST == "127.0.0.1"
