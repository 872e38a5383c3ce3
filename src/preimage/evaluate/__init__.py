"""Scores of pictures in files: pairs found by their names, tables, and a page with the worst first."""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.evaluate.evaluation import Evaluation, Failure, Score, evaluate
    from preimage.evaluate.page import write_page
    from preimage.evaluate.pictures import Treatment
    from preimage.evaluate.report import summary_table, write_csv

__all__ = ["Evaluation", "Failure", "Score", "Treatment", "evaluate", "summary_table", "write_csv", "write_page"]

_HOMES = {
    "preimage.evaluate.evaluation": ("Evaluation", "Failure", "Score", "evaluate"),
    "preimage.evaluate.page": ("write_page",),
    "preimage.evaluate.pictures": ("Treatment",),
    "preimage.evaluate.report": ("summary_table", "write_csv"),
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for: names of metrics and files are checked without."""
    return lazy_name(__name__, name, _HOMES)
