"""The table of the findings, from the headers of their scripts."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

__all__ = ["MARK", "findings_table", "setup"]

MARK = "<!-- the table of the findings -->"
FOLDER = Path(__file__).parents[2] / "findings"


def setup(app: Sphinx) -> dict[str, Any]:
    """Put the table where the page has its mark."""
    app.connect("source-read", insert)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def insert(app: Sphinx, name: str, source: list[str]) -> None:
    """Replace the mark in the text of a page."""
    if MARK in source[0]:
        source[0] = source[0].replace(MARK, findings_table())


def findings_table() -> str:
    """A row for each script: its name, whose behaviour it shows, and what happens."""
    rows = ["| script | whose | what happens |", "|---|---|---|"]
    for path in sorted(FOLDER.glob("*.sh")):
        title = path.read_text(encoding="utf-8").splitlines()[1].lstrip("# ").rstrip(".").replace("|", r"\|")
        whose, _, what = title.partition(": ")
        rows.append(f"| `{path.name}` | {whose} | {what} |")
    return "\n".join(rows)
