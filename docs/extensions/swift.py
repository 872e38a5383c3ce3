"""What makes the build of a thousand pages quick: one navigation for the pages of a folder, no vain searches."""

import builtins
import posixpath
from typing import Any

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import find_pending_xref_condition

__all__ = ["VainReferences", "reuse_navigation", "setup"]

_NAVIGATION: dict[tuple[Any, ...], str] = {}
# Types in signatures that no page is about: a search for one goes through all names that there are, twice.
_ELSEWHERE = ("torch.", "numpy.", "typing.", "collections.", "pathlib.")
_BUILTIN = frozenset(dir(builtins))


def setup(app: Sphinx) -> dict[str, Any]:
    """Act before the theme, and before references are resolved."""
    app.connect("html-page-context", reuse_navigation, priority=400)
    app.add_post_transform(VainReferences)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def reuse_navigation(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give pages that are in no table of contents, folder by folder, the navigation of the first of them.

    Its links are relative to the folder, and none of its entries is the page itself.
    """
    if "orphan" not in app.env.metadata.get(name, {}):
        return
    make = context["toctree"]

    def toctree(**options: Any) -> str:
        key = (posixpath.dirname(name), *sorted(options.items()))
        if key not in _NAVIGATION:
            _NAVIGATION[key] = make(**options)
        return _NAVIGATION[key]

    context["toctree"] = toctree


class VainReferences(SphinxPostTransform):
    """References to what is known to have no page become the text they show."""

    default_priority = 5  # before references are resolved

    def run(self, **options: Any) -> None:
        """Replace them."""
        for node in list(self.document.findall(addnodes.pending_xref)):
            target = node.get("reftarget", "")
            if node.get("refdomain") == "py" and (target in _BUILTIN or target.startswith(_ELSEWHERE)):
                short = find_pending_xref_condition(node, "resolved")
                node.replace_self((node if short is None else short).children)
