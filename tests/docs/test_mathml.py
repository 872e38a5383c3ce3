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


def test_bars_are_not_stretched_and_functions_stand_apart() -> None:
    markup = mathml.typeset(mathml.tex2mathml(r"\|x\|^2 + y \log_{10} z + \log(a)", as_block=False))
    assert markup.count('<mo stretchy="false" lspace="0.06em" rspace="0.06em">‖</mo>') == 2
    assert markup.count("<mspace") == 2
    plain = mathml.tex2mathml("A x", as_block=False)
    assert "".join(mathml.typeset(plain).split()) == "".join(plain.split())


def test_what_cannot_be_read_is_a_warning(monkeypatch) -> None:
    told: list[logging.LogRecord] = []
    monkeypatch.setattr(mathml.LOG.logger, "handle", told.append)
    assert mathml.markup_of(r"\nothing{x}", None, inline=True) == ""
    assert [record.levelno for record in told] == [logging.WARNING]
    assert "nothing" in told[0].getMessage()
