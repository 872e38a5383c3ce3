from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ImageFileError
from preimage.evaluate import Treatment, evaluate, write_page
from preimage.files import ImageFile


class Reader(HTMLParser):
    """The texts of headings, and the sources of images."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[str] = []
        self.headings: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "h2"
        if tag == "img":
            self.images.append(dict(attrs)["src"] or "")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.headings.append(data)
            self.inside = False


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for folder in ("out", "clean"):
        (tmp_path / folder).mkdir()
    pixels = np.arange(12 * 16, dtype=np.uint8).reshape(12, 16)
    for name, error in (("a", 10), ("<b>&", 20), ("c", 5)):
        ImageFile.from_array(pixels).write(tmp_path / "clean" / f"{name}.png")
        ImageFile.from_array(pixels + np.uint8(error)).write(tmp_path / "out" / f"{name}.png")
    return tmp_path


def test_the_worst_come_first_and_nothing_comes_from_elsewhere(folders: Path) -> None:
    found = evaluate(folders / "out", folders / "clean", treatment=Treatment(rounded=True))
    write_page(found, folders / "scores.html", worst=2)
    text = (folders / "scores.html").read_text(encoding="utf-8")
    page = Reader()
    page.feed(text)
    assert [heading.split(":")[0] for heading in page.headings] == ["<b>&.png", "a.png"]
    assert "PSNR dB 22.11, SSIM" in page.headings[0]
    assert len(page.images) == 6  # result, reference and error of each
    assert all(image.startswith("data:image/jpeg;base64,") for image in page.images)
    assert "http" not in text
    assert "<b>&.png" not in text
    assert "rounded to 8 bits" in text
    assert text.count("<td>c.png</td>") == 1  # in the table of all
    with pytest.raises(ImageFileError, match="must be a new file"):
        write_page(found, folders / "scores.html")


def test_without_references_there_are_no_errors(folders: Path) -> None:
    found = evaluate(folders / "out", metrics=["tests.evaluate.test_evaluation:Brightness"])
    write_page(found, folders / "scores.html")
    page = Reader()
    page.feed((folders / "scores.html").read_text(encoding="utf-8"))
    assert len(page.images) == 3
