"""One set of panels, drawn by the sheet and by the page."""

import re

import pytest
import torch

from preimage.explain import explain
from preimage.explain.drawing import draw_sheet
from preimage.explain.page import make_page
from preimage.explain.panels import Framed, Steps, make_panels
from tests.explain.test_sparse_model import random_model, textured


@pytest.fixture(scope="module")
def told():
    return explain(textured().float(), at=(12, 20), sigma=0.1, weights=random_model().float())


@pytest.fixture(scope="module")
def panels(told):
    return make_panels(told.view, told.dictionary, told.patch, told.neighbours, True)


def test_the_panels_are_the_explanation(told, panels):
    framed, steps = panels["restored"].content, panels["sum"].content
    assert isinstance(framed, Framed)
    assert isinstance(steps, Steps)
    (top, left), (height, width) = framed.corner, framed.extent
    assert torch.equal(framed.image, told.denoised)
    centre = (top + height // 2 + told.view.corner[0], left + width // 2 + told.view.corner[1])
    assert centre == told.view.at == (12, 20)
    torch.testing.assert_close(steps.sums[-1], told.patch.estimate())
    assert len(steps.labels()) == len(steps.sums) + 1
    assert steps.labels()[2] == f"+ {1 + steps.atoms[0]}"


def test_both_renderers_show_every_panel(panels):
    facts = {"file": "an array", "similarity": "learned"}
    titles = {panel.caption.title for panel in panels.values()}
    drawn = {axes.get_title(loc="left") for axes in draw_sheet(panels, facts).axes} - {""}
    assert drawn == titles
    written = set(re.findall("<section[^>]*><h2>([^<]*)</h2>", make_page(panels, facts)))
    assert written == titles - {"Use of the atoms"}  # which the page tells at each atom
