"""Links of pages to files of the repository that are no pages: they are shown as the names they are."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Ask before Sphinx complains."""
    app.connect("missing-reference", show_file_name, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def show_file_name(app: Sphinx, env: Any, node: Any, contnode: Any) -> Any:
    """The text of the link alone, where it names a file of the repository."""
    if node.get("reftype") != "myst":
        return None
    place = Path(app.srcdir) / Path(node.get("refdoc", "")).parent / node["reftarget"]
    return contnode if place.resolve().exists() else None
