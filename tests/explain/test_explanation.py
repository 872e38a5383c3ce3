from pathlib import Path

import pytest
import torch

from preimage.errors import ImageFileError
from preimage.explain.page import make_page
from tests.explain.parts import explanation, panels


def test_the_page_is_that_of_its_panels(tmp_path: Path) -> None:
    for facts in ({}, {"similarity": "learned"}):
        told = explanation(**facts)
        told.save_html(tmp_path / "a.html", overwrite=True)
        wanted = make_page(panels(told, compares="similarity" in facts), told.facts)
        assert (tmp_path / "a.html").read_text(encoding="utf-8") == wanted


def test_files_that_exist_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("mine")
    for save in (explanation().save_html, explanation().save_png):
        with pytest.raises(ImageFileError, match="exists"):
            save(path)
    assert path.read_text() == "mine"


def test_what_was_restored_is_that_of_the_part() -> None:
    assert torch.equal(explanation().denoised, torch.full((1, 2, 3), 0.7))
