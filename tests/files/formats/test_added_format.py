"""The table of formats: a format added to it works everywhere, and nothing else in preimage lists formats."""

import ast
import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.cli.app import run
from preimage.datasets import load_images
from preimage.errors import ImageFileError
from preimage.files import ImageFile, Region, open_image
from preimage.files.formats import table
from preimage.restore import denoise, read_kernel, repeat
from tests.architecture.source import read
from tests.files.formats import toy_format
from tests.files.formats.toy_format import TOY
from tests.restore.conftest import tiny

__all__ = ["tiny"]


@pytest.fixture
def toy(monkeypatch, tmp_path, picture):
    """A picture in the format that was added: one row more in the table, and the one file behind it."""
    monkeypatch.setattr(table, "FORMATS", (*table.FORMATS, TOY))
    ImageFile.from_array(picture).write(tmp_path / "a.toy")
    return tmp_path / "a.toy"


def test_the_format_is_one_file_and_one_row():
    own = {TOY.sniff, TOY.header, TOY.read, TOY.write, TOY.read_region}
    assert {function.__module__ for function in own} == {toy_format.__name__}
    given = {field.name for field in dataclasses.fields(TOY) if getattr(TOY, field.name) is not field.default}
    assert given == {"name", "suffixes", "sniff", "header", "read", "write", "holds", "read_region"}
    source = Path(toy_format.__file__).read_text()
    assert len(source.splitlines()) < 45
    needed = set(re.findall(r"from (preimage[\w.]*)", source))
    assert needed == {"preimage.files.formats.format", "preimage.files.samples.samples"}


def test_it_is_read_and_written(toy, tmp_path, picture):
    file = ImageFile.read(toy)
    assert np.array_equal(file.to_array(), picture)
    deep = picture.astype(np.uint16) * 200
    assert ImageFile.from_array(deep).write(tmp_path / "deep.toy") == []
    assert np.array_equal(ImageFile.read(tmp_path / "deep.toy").to_array(), deep)
    (note,) = ImageFile.from_array(np.full((3, 3), 0.5, np.float32)).write(tmp_path / "float.toy")
    assert "TOY holds 16 bits" in note
    with pytest.raises(ImageFileError, match="PNG, JPEG, TIFF, WebP, BMP or TOY file"):
        file.write(tmp_path / "a.xyz")


def test_a_region_of_it_is_read(toy, picture):
    source = open_image(toy)
    assert (source.format.name, source.shape, source.axes) == ("TOY", picture.shape, ("row", "column", "channel"))
    assert np.array_equal(source.read(Region(((3, 9), (20, 45)))).colour, picture[3:9, 20:45])


def test_it_is_a_kernel_and_a_training_picture(toy, tmp_path, picture):
    ImageFile.from_array(np.eye(5, dtype=np.uint8) * 255).write(tmp_path / "kernel.toy")
    torch.testing.assert_close(read_kernel(str(tmp_path / "kernel.toy")), torch.eye(5) / 5)
    (tmp_path / "kernel.toy").unlink()
    (image,) = load_images(tmp_path, 3)
    assert np.array_equal(image.permute(1, 2, 0).numpy(), picture)


@pytest.mark.usefixtures("tiny")
def test_it_is_restored_from_python_from_the_shell_and_again(toy, tmp_path, picture):
    Image.fromarray(picture).save(tmp_path / "same.png")
    restored, expected = denoise(toy, sigma="5/255"), denoise(tmp_path / "same.png", sigma="5/255")
    assert torch.equal(restored.image.pixels, expected.image.pixels)
    assert torch.equal(repeat(restored.record, toy).image.pixels, expected.image.pixels)

    def shell(*arguments):
        assert run(["restore", "denoise", *map(str, arguments)]) == 0

    shell(toy, "--sigma", "5/255")
    shell(toy, "--from-json", tmp_path / "a-denoised.json", "-o", tmp_path / "again.toy")
    first, again = ((tmp_path / name).read_bytes() for name in ("a-denoised.toy", "again.toy"))
    assert first == again
    assert np.array_equal(ImageFile.read(tmp_path / "again.toy").to_array(), expected.image.to_array())
    assert json.loads((tmp_path / "a-denoised.json").read_text())["task"] == "denoise"
    (tmp_path / "folder").mkdir()
    toy.rename(tmp_path / "folder" / "b.toy")
    shell(tmp_path / "folder", "-o", tmp_path / "out", "--sigma", "5/255")
    assert (tmp_path / "out" / "b.toy").read_bytes() == first


def test_without_its_row_it_is_no_picture(tmp_path, picture):
    (tmp_path / "a.toy").write_bytes(b"TOY 1 1 1 uint8\n\0")
    with pytest.raises(ImageFileError, match="must be a PNG, JPEG, TIFF, WebP or BMP image"):
        ImageFile.read(tmp_path / "a.toy")


def lists_of_suffixes(nodes):
    """Literals that hold several suffixes of formats."""
    known = set(table.suffixes(table.FORMATS))
    for node in nodes:
        parts = (
            node.keys
            if isinstance(node, ast.Dict)
            else node.elts
            if isinstance(node, (ast.Set, ast.Tuple, ast.List))
            else []
        )
        found = {part.value for part in parts if isinstance(part, ast.Constant)} & known
        if len(found) > 1:
            yield ast.unparse(node)


# Kinds of files that one command writes, not formats of pictures that it reads.
OTHERS = {"cli/explain.py", "web/command.py"}


def test_suffixes_are_listed_by_the_formats_alone():
    known = set(table.suffixes(table.FORMATS))
    for source in read():
        named = sum(f'"{suffix}"' in source.text for suffix in known)  # to parse all files takes seconds
        if named > 1 and not source.name.startswith("files/formats/") and source.name not in OTHERS:
            assert not list(lists_of_suffixes(source.nodes)), source.name
    assert list(lists_of_suffixes(ast.walk(ast.parse('A = {".png", ".tif"}'))))
    assert list(lists_of_suffixes(ast.walk(ast.parse('A = {".jpg": 1, ".jpeg": 2}'))))


def test_every_suffix_stands_for_one_format():
    every = [suffix for format in table.FORMATS for suffix in format.suffixes]
    assert len(every) == len(set(every))
    assert table.suffixes() == [
        ".bmp", ".dib", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
    ]  # fmt: skip
    assert table.titles() == "PNG, JPEG, TIFF, WebP or BMP"
