import logging
from types import SimpleNamespace

import pytest
from docutils import nodes

from tests.docs.pages import extension

mathml = extension("mathml")


def test_a_formula_is_mathml() -> None:
    translator = SimpleNamespace(body=[])
    with pytest.raises(nodes.SkipNode):
        mathml.visit_block(translator, nodes.math_block("", r"\hat x = A^H y"))
    (markup,) = translator.body
    assert "<math" in markup
    assert "<msup>" in markup
    assert 'display="block"' in markup


def test_what_cannot_be_read_is_a_warning(caplog) -> None:
    logging.getLogger("sphinx").propagate = True
    with caplog.at_level(logging.WARNING, "sphinx.mathml"):
        assert mathml.markup_of(r"\nothing{x}", None, inline=True) == ""
    assert "nothing" in caplog.text
