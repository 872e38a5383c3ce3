"""A task is added by a file and a row of the table, a method by a file: in Python, in the shell and in repetition."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import preimage

ROOT = Path(preimage.__file__).parent

TASK = '''
from dataclasses import dataclass
from typing import ClassVar

from preimage.physics import Inpainting
from preimage.restore.frame.engine import carry_out
from preimage.restore.frame.task import Problem, Task


@dataclass(frozen=True)
class Toy(Task):
    """Every so many columns are dark."""

    every: int = 4

    name: ClassVar[str] = "toy"

    def problem(self, y, sigma):
        mask = y.new_ones(y.shape[-2:])
        mask[:, :: self.every] = 0
        return Problem(y * mask, Inpainting(mask), sigma or 0.0)


def toy(image, every=4, *, method="dpir", progress=None, **options):
    """Fill in columns."""
    return carry_out(image, Toy(every), method, progress, **options)
'''

ROW = """
    TaskRow(
        "toy", "preimage.restore.tasks.toy:Toy", "Fill in columns.", "toyed", ("dpir", "drunet", "dip"),
        (
            Option("every", int, 4, "One column in so many is dark."),
            Option("method", Literal["dpir", "drunet", "dip"], "dpir", "How."),
            Option("steps", int | None, None, "Steps."),
        ),
        "preimage restore toy photo.png --every 3",
    ),
)
"""

METHOD = """
from dataclasses import dataclass
from typing import ClassVar

from preimage import Reconstructor
from preimage.restore import Method


class Back(Reconstructor):
    def __init__(self, gain):
        super().__init__()
        self.gain = gain

    def forward(self, y, physics):
        return self.gain * physics.A_adjoint(y)


@dataclass(frozen=True)
class Mine(Method):
    gain: float = 0.5

    name: ClassVar[str] = "mine"

    def reconstructor(self, task, physics, level):
        return Back(self.gain)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the package with the toys; the copy is of links, but for what is changed."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT, folder / "preimage", copy_function=os.symlink)  # what was compiled as well
    before = {path: path.read_bytes() for path in folder.rglob("*.py")}
    table = folder / "preimage/restore/table.py"
    text = table.read_text(encoding="utf-8")
    table.unlink()
    end = text.index("\n)  # fmt: skip\n\n\ndef find_task")
    table.write_text(text[:end] + ROW.rstrip()[:-2].rstrip() + text[end:], encoding="utf-8")
    (folder / "preimage/restore/tasks/toy.py").write_text(TASK, encoding="utf-8")
    changed = [path for path in folder.rglob("*.py") if before.get(path) != path.read_bytes()]
    assert len(changed) == 2
    (folder / "mymethods.py").write_text(METHOD, encoding="utf-8")
    picture = np.random.default_rng(0).integers(60, 200, (24, 32), np.uint8)
    Image.fromarray(picture).save(folder / "photo.png")
    return folder


COMMANDS = """
import contextlib, io, sys
from preimage.cli.app import run

for line in sys.argv[1:]:
    out, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        status = run(line.split())
    print((status, out.getvalue(), told.getvalue()))
"""


def pixels(path):
    return np.asarray(Image.open(path))


PYTHON = """
import numpy as np
from PIL import Image
from preimage import restore
from mymethods import Mine

y = np.asarray(Image.open("photo.png"))
mine = restore.toy(y, 3, method=Mine(0.25), sigma=0)
expected = np.rint(0.25 * y * (np.arange(32) % 3 > 0))
assert np.array_equal(mine.image, expected), mine.image
told = mine.record.settings
assert (told["every"], told["method"], told["gain"]) == (3, "mine", 0.25)
again = restore.repeat(mine.record, y, method="mymethods:Mine")
assert np.array_equal(again.image, mine.image)
assert np.array_equal(restore.denoise(y, method=Mine(0.25), sigma=0.1).image, np.rint(0.25 * y))
try:
    restore.repeat(mine.record, y)
except restore.table.ArgumentError as error:
    assert "`method` must be given" in str(error)
else:
    raise AssertionError
for method in ("dpir", "drunet", restore.Dip(runs=1)):
    steps = None if method == "drunet" else 2
    assert restore.toy(y, method=method, sigma=0.05, steps=steps).image.shape == (24, 32)
print("done")
"""


@pytest.fixture(scope="module")
def answers(house):
    """The status, the output and the complaints of each command; all by one interpreter, which starts slowly."""
    toy = "restore toy"
    commands = {
        "help": f"{toy} --help",
        "done": f"{toy} photo.png --every 3 --steps 2",
        "again": f"{toy} --from-json photo-toyed.json -o again.png",
        "mine": f"{toy} photo.png --method mymethods:Mine -o mine.png",
        "refused": f"{toy} --from-json mine.json -o more.png",
        "more": f"{toy} --from-json mine.json --method mymethods:Mine -o more.png",
    }
    environment = {**os.environ, "PYTHONPATH": str(house), "OMP_NUM_THREADS": "1"}
    line = [sys.executable, "-c", PYTHON + COMMANDS, *commands.values()]
    told = subprocess.run(line, capture_output=True, text=True, cwd=house, env=environment)
    first, *answers = told.stdout.splitlines() or [told.stderr]
    return {"python": first, **dict(zip(commands, map(ast.literal_eval, answers), strict=False))}


def test_in_python(answers):
    assert answers["python"] == "done"


def test_in_the_shell_and_from_its_record(house, answers):
    shown = answers["help"][1]
    for text in ("Fill in columns.", "--every", "One column in so many is dark.", "preimage restore toy photo.png"):
        assert text in shown
    assert (answers["done"][0], answers["again"][0]) == (0, 0), answers
    assert np.array_equal(pixels(house / "again.png"), pixels(house / "photo-toyed.png"))


def test_a_method_of_another_module_in_the_shell(house, answers):
    assert (answers["mine"][0], answers["more"][0]) == (0, 0), answers
    expected = np.rint(0.5 * pixels(house / "photo.png") * (np.arange(32) % 4 > 0))
    assert np.abs(pixels(house / "mine.png") - expected).max() <= 1
    status, _, complaint = answers["refused"]
    assert (status, "`--method` must be given" in complaint) == (2, True)
    assert np.array_equal(pixels(house / "more.png"), pixels(house / "mine.png"))
