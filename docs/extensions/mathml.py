"""Formulas as MathML, which browsers draw by themselves: nothing to load, and nothing to wait for."""

import re
import xml.etree.ElementTree as ET
from html import unescape
from typing import Any

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["setup", "typeset"]

LOG = logging.getLogger(__name__)
_SPACE = "http://www.w3.org/1998/Math/MathML"
_ROWS = {f"{{{_SPACE}}}{name}" for name in ("math", "mrow", "mstyle", "mtd")}
_BARS, _OPENING, _APPLIED = ("|", "‖", "\u2223", "∥"), ("(", "[", "{", "\u2061"), "\u2061"
ET.register_namespace("", _SPACE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and make it the one that is used."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", lambda app, config: setattr(config, "html_math_renderer", "mathml"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def markup_of(text: str, node: Any, inline: bool) -> str:
    """The formula as MathML; a warning names what cannot be read."""
    try:
        return typeset(tex2mathml(text, as_block=not inline))
    except MathError as error:
        LOG.warning("the formula %r cannot be shown: %s", text, error, location=node)
        return ""


def typeset(markup: str) -> str:
    """The same formula, whose bars are as high as letters, and whose functions stand apart, as TeX does it.

    docutils leaves the bars of norms to be stretched, each to what stands beside it, and sets ``y log z`` as one word.
    """
    root = ET.fromstring(re.sub(r"&(?!amp;|lt;|gt;|#)\w+;", lambda entity: unescape(entity[0]), markup))
    for bar in root.iter(f"{{{_SPACE}}}mo"):
        if bar.text in _BARS:
            bar.attrib.update({"stretchy": "false", "lspace": "0.06em", "rspace": "0.06em"})
    for row in [row for row in root.iter() if row.tag in _ROWS]:
        for at, part in reversed(list(enumerate(row))):
            if part.text == _APPLIED and at + 1 < len(row) and row[at + 1].text not in _OPENING:
                row.insert(at, thin_space())
            if at + 1 < len(row) and is_function(part) and row[at + 1].tag != f"{{{_SPACE}}}mo":
                row.insert(at + 1, thin_space())
            if at and is_function(part) and row[at - 1].tag != f"{{{_SPACE}}}mo":
                row.insert(at, thin_space())
    return ET.tostring(root, encoding="unicode")


def is_function(part: ET.Element) -> bool:
    """Whether this is the name of a function, such as log, or one with an index."""
    name = part[0] if len(part) and part.tag not in _ROWS else part
    return name.tag == f"{{{_SPACE}}}mi" and len((name.text or "").strip()) > 1


def thin_space() -> ET.Element:
    """A sixth of an em."""
    return ET.Element(f"{{{_SPACE}}}mspace", {"width": "0.17em"})


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
