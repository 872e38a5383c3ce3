import re
from pathlib import Path
from typing import Any

import pytest

from preimage.cli.outputs import plan
from preimage.restore.table import TASKS
from preimage.web.command import Wish, arguments, command_text, result_name
from preimage.web.limits import Refused


def test_what_is_as_usual_is_left_out() -> None:
    usual = {"sigma": "auto", "method": "drunet", "steps": None, "error_map": False, "weights": ""}
    assert arguments(Wish("denoise", usual), "a b.tif") == ("restore", "denoise", "a b.tif")
    given = {"sigma": "10/255", "error_map": True, "method": "groupsc", "steps": 3}
    assert arguments(Wish("denoise", given, 1.25, ".png"), "a.jpg") == (
        "restore", "denoise", "a.jpg", "--sigma", "10/255", "--method", "groupsc", "--steps", "3", "--error-map",
        "--strength", "1.25", "-o", "a-denoised.png",
    )  # fmt: skip
    assert command_text(("restore", "denoise", "a b.tif")) == "preimage restore denoise 'a b.tif'"


def test_results_are_called_as_the_command_line_calls_them(tmp_path: Path) -> None:
    for row in TASKS:
        for name in ("a.jpg", "b.JPEG", "c.tif", "d.e.png", "f.webp"):
            path = tmp_path / name
            path.touch()
            assert result_name(Wish(row.name), name) == plan([str(path)], None, None, row.name).jobs[0].output.name


def test_what_is_needed_is_asked_for() -> None:
    with pytest.raises(Refused, match="name the picture of the same scene with flash"):
        arguments(Wish("flash"), "a.png")
    for value in ("abc", "-3", "1e9", "2.5"):
        with pytest.raises(Refused, match=rf"^Steps must be a whole number, not '{re.escape(value)}'\.$"):
            arguments(Wish("superresolve", {"steps": value}), "a.png")


@pytest.mark.parametrize(
    ("task", "settings"),
    [
        ("deblur", {"kernel": "/etc/passwd"}),
        ("deblur", {"kernel": "../secret.npy"}),
        ("deblur", {"kernel": "..\\secret.npy"}),
        ("deblur", {"kernel": ".hidden.npy"}),
        ("deblur", {"kernel": "~/secret.npy"}),
        ("inpaint", {"mask": "/home/a/mask.png"}),
        ("denoise", {"weights": "/home/a/weights.pt"}),
        ("denoise", {"method": "os:system"}),
        ("denoise", {"sigma": "--output"}),
        ("denoise", {"noise": "gaussian\n"}),
        ("denoise", {"noise": "x" * 81}),
    ],
)
def test_nothing_on_this_computer_can_be_named(task: str, settings: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        arguments(Wish(task, settings), "a.png")


def test_strength_has_a_range() -> None:
    with pytest.raises(Refused, match="strength"):
        arguments(Wish("denoise", strength=0), "a.png")
