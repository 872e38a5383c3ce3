import dataclasses
import sys

import pytest
import torch
from PIL import Image

from preimage import zoo
from preimage.cli.app import run
from preimage.models.sparse import GroupSC, Search


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Small random sparse models in place of the shipped ones."""
    describe, load = zoo.describe, zoo.load_denoiser

    def loaded(name, path=None):
        if not name.startswith("groupsc"):
            return load(name, path)
        torch.manual_seed(0)
        model = GroupSC(1 if name == "groupsc-grey" else 3, 5, 12, 4, (0.02, 0.2), Search(window=9, refresh=2))
        return model.eval()

    def described(name):
        if not name.startswith("groupsc"):
            return describe(name)
        return dataclasses.replace(
            describe("epll-grey"), name=name, file=f"{name}.safetensors", sha256="0123456789abcdef"
        )

    monkeypatch.setattr(zoo, "load_denoiser", loaded)
    monkeypatch.setattr(zoo, "describe", described)


def failed(capsys, arguments):
    assert run([str(a) for a in arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("preimage: ")
    return lines[0]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_sheet_and_a_page_beside_the_picture(tmp_path, photograph, capsys):
    assert run(["explain", str(photograph), "--sigma", "0.1"]) == 0
    assert names(tmp_path) == ["photo.explain.html", "photo.explain.png", "photo.png"]
    with Image.open(tmp_path / "photo.explain.png") as sheet:
        sheet.load()
    page = (tmp_path / "photo.explain.html").read_text(encoding="utf-8")
    for said in ("photo.png", "groupsc-color.safetensors", "0123456789ab", zoo.describe("epll-grey").recipe, "0.1000"):
        assert said in page
    told = capsys.readouterr().out
    assert "photo.explain.png" in told
    assert "given" in told
    assert "note" not in told
    assert "photo.explain.png, which exists" in failed(capsys, ["explain", photograph])
    assert run(["explain", str(photograph), "--overwrite"]) == 0


def test_one_file_or_a_folder_may_be_named(tmp_path, photograph):
    (tmp_path / "out").mkdir()
    for output in ("out", "out/a.png", "out/b.html"):
        assert run(["explain", str(photograph), "--at", "3,44", "-o", str(tmp_path / output), "--sigma", "0.1"]) == 0
    assert names(tmp_path / "out") == ["a.png", "b.html", "photo.explain.html", "photo.explain.png"]
    assert "row 3, column 44" in (tmp_path / "out" / "b.html").read_text(encoding="utf-8")


def test_a_level_that_was_not_trained_is_noted(tmp_path, photograph, capsys):
    assert run(["explain", str(photograph), "--sigma", "0.5", "-o", str(tmp_path / "a.html")]) == 0
    assert "note: `sigma` should be in [0.02, 0.2]" in capsys.readouterr().out


def test_a_mosaic(tmp_path, picture):
    Image.fromarray(picture[..., 0]).save(tmp_path / "raw.png")
    assert run(["explain", str(tmp_path / "raw.png"), "--pattern", "BGGR", "-o", str(tmp_path / "a.html")]) == 0
    assert "groupsc-mosaic" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_bad_input_is_one_line(tmp_path, photograph, capsys):
    (tmp_path / "text.png").write_text("no picture")
    for arguments, message in (
        ([photograph, "--at", "37,0"], "0..36"), ([photograph, "--at", "middle"], "120,80"),
        ([photograph, "--at", "-1,2"], "--at"), ([photograph, "--weights", "best"], "best"),
        ([photograph, "--weights", "drunet-color-compact"], "sparse model"), ([photograph, "--sigma", "25"], "25/255"),
        ([photograph, "--weights", "groupsc-grey"], "for 3 channels"), ([tmp_path / "none.png"], "exists"),
        ([tmp_path / "text.png"], "which is none"), ([tmp_path], "folder"), ([], "INPUT"),
        ([photograph, "-o", tmp_path / "a.jpg"], ".html"), ([photograph, "-o", tmp_path / "no" / "a.png"], "folder"),
        ([photograph, "--pattern", "RGGB"], "mosaic"),
    ):  # fmt: skip
        assert message in failed(capsys, ["explain", *arguments])
    assert names(tmp_path) == ["photo.png", "text.png"]


def test_without_matplotlib_there_is_still_the_page(tmp_path, photograph, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "preimage[plot]" in failed(capsys, ["explain", photograph])
    assert run(["explain", str(photograph), "-o", str(tmp_path / "a.html"), "--sigma", "0.1"]) == 0
    assert names(tmp_path) == ["a.html", "photo.png"]
