import io
import re
import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from preimage.optim import PDHG, TVPrior, Variational
from preimage.physics import Denoising, GaussianNoise
from preimage.plot import ProgressBar
from preimage.restore import denoise


class Handle:
    """What ``display`` returns."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, bar: ProgressBar) -> None:
        self.shown.append(bar._repr_html_())


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Handle:
    """A process that looks like the kernel of a notebook."""
    handle, module = Handle(), ModuleType("IPython.display")

    def display(bar: ProgressBar, display_id: bool) -> Handle:
        assert display_id
        handle.update(bar)
        return handle

    module.__dict__["display"] = display
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return handle


def test_a_notebook_shows_how_far_a_restoration_is(notebook: Handle) -> None:
    picture = np.random.default_rng(0).integers(60, 90, (16, 16)).astype(np.uint8)
    bar = ProgressBar("denoising")
    denoise(picture, sigma="10/255", progress=bar)
    assert bar.done == bar.total
    assert bar.total
    assert f'value="{bar.total}" max="{bar.total}"' in notebook.shown[-1]
    assert re.search(rf"denoising: {bar.total}/{bar.total}, \d+ s passed", notebook.shown[-1])


def test_the_steps_of_a_solver_are_counted(notebook: Handle) -> None:
    bar = ProgressBar(total=4)
    model = Variational(PDHG(), TVPrior(1.0), max_steps=4)
    model.solve(torch.rand(1, 1, 8, 8), Denoising(GaussianNoise(0.1)), callbacks=[bar])
    assert (bar.done, bar.total) == (4, 4)
    assert 'value="4" max="4"' in notebook.shown[-1]


def test_a_terminal_shows_one_line_and_a_file_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    for is_terminal, lines in ((True, ["\r\x1b[Ka: 1/2, 0 s left", "\r\x1b[Ka: 2/2, 0 s passed\n"]), (False, [])):
        stream = io.StringIO()
        monkeypatch.setattr(stream, "isatty", lambda is_terminal=is_terminal: is_terminal)
        monkeypatch.setattr(sys, "stderr", stream)
        bar = ProgressBar("a")
        bar(1, 2)
        bar(2, 2)
        assert stream.getvalue() == "".join(lines)


def test_a_bar_of_unknown_length_has_no_share() -> None:
    bar = ProgressBar("<a>")
    assert "<progress style" in bar._repr_html_()
    assert "&lt;a&gt;: 0, 0 s passed" in bar._repr_html_()
