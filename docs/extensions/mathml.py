"""Formulas as MathML, which browsers draw by themselves: nothing to load, and nothing to wait for."""

from typing import Any

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["setup"]

LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and make it the one that is used."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", lambda app, config: setattr(config, "html_math_renderer", "mathml"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def markup_of(text: str, node: Any, inline: bool) -> str:
    """The formula as MathML; a warning names what cannot be read."""
    try:
        return tex2mathml(text, as_block=not inline)
    except MathError as error:
        LOG.warning("the formula %r cannot be shown: %s", text, error, location=node)
        return ""


def visit_inline(translator: Any, node: Any) -> None:
    """Write a formula within a line."""
    translator.body.append(markup_of(node.astext(), node, inline=True))
    raise_skip()


def visit_block(translator: Any, node: Any) -> None:
    """Write a formula on lines of its own."""
    translator.body.append(f'<div class="math">{markup_of(node.astext(), node, inline=False)}</div>')
    raise_skip()


def raise_skip() -> None:
    """What has been written needs no visit of its text."""
    from docutils.nodes import SkipNode

    raise SkipNode
