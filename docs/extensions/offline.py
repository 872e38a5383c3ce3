"""The pages load nothing from outside: scripts, styles, fonts and pictures are all in the folder."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["outside_resources", "setup"]

LOG = logging.getLogger(__name__)
_PLACE = r"""[("'\s]*((?:https?:)?//[^\s"')>]+)"""
_TAGS = re.compile(rf"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=\s*{_PLACE}", re.IGNORECASE)
_LINKS = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_HREF = re.compile(rf"\bhref=\s*{_PLACE}", re.IGNORECASE)
_STYLES = re.compile(rf"(?:@import|url)\s*{_PLACE}", re.IGNORECASE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at the pages and styles when they are there."""
    app.connect("build-finished", look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def look(app: Sphinx, failure: Exception | None) -> None:
    """Warn of each resource from outside, which the build takes for an error."""
    for path in [] if failure else [*Path(app.outdir).rglob("*.html"), *Path(app.outdir).rglob("*.css")]:
        for place in outside_resources(path.read_text(encoding="utf-8", errors="replace")):
            LOG.warning("%s loads %s from outside", path.relative_to(app.outdir), place)


def outside_resources(text: str) -> list[str]:
    """What a page or a style loads from other machines; links that readers may follow are none of it."""
    links = [link for link in _LINKS.findall(text) if 'rel="canonical"' not in link]
    hrefs = [place for link in links for place in _HREF.findall(link)]
    return [*_TAGS.findall(text), *hrefs, *_STYLES.findall(text)]
