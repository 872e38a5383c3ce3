"""The one style of all figures."""

from typing import Any

from preimage._optional import require

__all__ = ["COLOURS", "draw_grid", "new_figure"]

# Told apart by people who see fewer colours, too (Okabe & Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_INCHES, _DPI = 3.2, 110


def new_figure(rows: int, columns: int, height: float = 1.0) -> tuple[Any, list[Any]]:
    """A matplotlib figure without pyplot, which would hold it and want a screen, and its axes row by row.

    Args:
        rows: how many rows of axes.
        columns: how many columns.
        height: the height of axes by their width.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    require("matplotlib", "plot", "a figure")
    from matplotlib.figure import Figure

    size = (_INCHES * columns, _INCHES * rows * height + 0.3)
    figure = Figure(figsize=size, layout="constrained", dpi=_DPI)
    return figure, list(figure.subplots(rows, columns, squeeze=False).ravel())


def draw_grid(axes: Any) -> None:
    """Faint lines, and no frame at the top and on the right."""
    axes.grid(visible=True, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
