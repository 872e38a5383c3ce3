import re
import runpy
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from preimage.plot import draw_images
from tests.docs.pages import DOCS, extension

gallery = extension("gallery")


def size_of(path: str | Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def script_of(folder: Path, **names: object) -> dict:
    return {
        "example_globals": names,
        "image_path_iterator": (str(folder / f"{number}.png") for number in range(1, 9)),
        "src_file": str(folder / "lidar_tv_rof.py"),
    }


def test_figures_are_kept_once(tmp_path) -> None:
    figure = draw_images({"x": torch.rand(4, 5)})
    script = script_of(tmp_path, figure=figure, number=3)
    settings = {"src_dir": str(tmp_path)}
    assert "1.png" in gallery.keep_figures(None, script, settings)
    assert size_of(tmp_path / "1.png")[0] > 100
    assert gallery.keep_figures(None, script, settings) == ""


def test_the_picture_that_a_command_writes_is_kept(tmp_path) -> None:
    arguments = gallery.arguments_of(None, script_of(tmp_path))
    assert size_of(arguments[0]) == (256, 256)
    assert arguments[1] == "-o"
    shutil.copy(arguments[0], arguments[2])
    assert "1.png" in gallery.keep_figures(None, script_of(tmp_path), {"src_dir": str(tmp_path)})
    assert not Path(arguments[2]).exists()
    # A small one is enlarged, pixel by pixel.
    shown = np.asarray(Image.open(tmp_path / "1.png"))
    assert np.array_equal(shown[::2, ::2], np.asarray(Image.open(arguments[0])))


def test_all_examples_are_run_and_one_that_fails_fails_the_build() -> None:
    settings = runpy.run_path(str(DOCS / "conf.py"))["sphinx_gallery_conf"]
    assert settings["abort_on_example_error"]
    for path in (DOCS.parent / "examples").glob("*.py"):
        assert re.search(settings["filename_pattern"], str(path)) is not None, path.stem
