"""The sheet: everything on one figure."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from preimage._optional import require
from preimage.explain.captions import Caption
from preimage.explain.images import BLUE, ORANGE, WHITE, colour, contact_sheet, hexadecimal, signed_colours, stretch
from preimage.explain.panels import AtomGrid, Coefficients, Framed, Heat, Panel, Steps, Support, Usage

__all__ = ["draw_sheet"]

_BLUE, _ORANGE, _GREY = (hexadecimal(rgb) for rgb in (BLUE, ORANGE, (110, 110, 110)))
_TERMS = 9
# Row and columns of three rows and twelve columns, and letters in a line of the caption.
_LAYOUT = {
    "picture": (0, 0, 3, 58), "measured": (0, 3, 6, 58), "restored": (0, 6, 9, 58), "similarity": (0, 9, 12, 44),
    "dictionary": (1, 0, 4, 70), "use": (1, 4, 7, 58), "code": (1, 7, 12, 105),
    "sum": (2, 0, 7, 145), "support": (2, 7, 12, 105),
}  # fmt: skip


def draw_sheet(panels: Mapping[str, Panel], facts: Mapping[str, str]) -> Any:
    """A matplotlib figure.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    require("matplotlib", "plot", "a drawing of an explanation")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(17, 15.5), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(3, 12, height_ratios=(1, 1.15, 1.0))
    name = _plain(textwrap.shorten(facts["file"], 80, placeholder="..."))
    figure.suptitle(f"{name}: how a sparse model sees it", x=0.01, ha="left", fontsize=18)
    for name, (row, left, right, letters) in _LAYOUT.items():
        axes = figure.add_subplot(grid[row, left:right])
        _draw_content(figure, axes, panels[name])
        _caption(axes, panels[name].caption, letters)
    line = "  |  ".join(f"{name}: {text}" for name, text in facts.items() if name != "file")
    figure.supxlabel(textwrap.fill(_plain(line), 210), x=0.01, ha="left", fontsize=9, color=_GREY)
    return figure


def _draw_content(figure: Any, axes: Any, panel: Panel) -> None:
    match panel.content:
        case Framed() as content:
            _framed(axes, content)
        case Heat() as content:
            _heat(figure, axes, content)
        case AtomGrid() as content:
            _atoms(axes, content)
        case Usage() as content:
            _usage(axes, content)
        case Coefficients() as content:
            _bars(axes, content)
        case Steps() as content:
            _steps(axes, content)
        case Support() as content:
            _support(axes, content)


def _plain(text: str) -> str:
    """Text that matplotlib does not take for a formula."""
    return text.replace("$", r"\$")


def _caption(axes: Any, caption: Caption, width: int) -> None:
    axes.set_title(caption.title, loc="left", fontsize=12, fontweight="bold")
    axes.set_xlabel(textwrap.fill(caption.text, width), loc="left", fontsize=9, color=_GREY)


def _frame(axes: Any, corner: Sequence[float], size: Sequence[int], colour: str) -> None:
    """A rectangle of pixels that begins at ``corner`` (row, column)."""
    from matplotlib.patches import Rectangle

    for line, tone in ((3.5, "black"), (1.8, colour)):
        axes.add_patch(
            Rectangle((corner[1] - 0.5, corner[0] - 0.5), size[1], size[0], fill=False, linewidth=line, edgecolor=tone)
        )


def _framed(axes: Any, content: Framed) -> None:
    height, width = content.size
    extent = (-0.5, width - 0.5, height - 0.5, -0.5)
    axes.imshow(colour(content.image), interpolation="nearest", extent=extent)
    axes.set(xticks=[], yticks=[])
    _frame(axes, content.corner, content.extent, "white" if content.tone == WHITE else hexadecimal(content.tone))
    if content.dot is not None:
        axes.plot(content.dot[1], content.dot[0], "o", markersize=6, markerfacecolor=_ORANGE, markeredgecolor="black")
    else:
        axes.set(xlim=extent[:2], ylim=extent[2:])


def _heat(figure: Any, axes: Any, content: Heat) -> None:
    (top, left), (height, width) = content.origin, content.values.shape
    extent = (left - 0.5, left + width - 0.5, top + height - 0.5, top - 0.5)
    drawn = axes.imshow(
        content.values.cpu().numpy(), cmap="viridis", vmin=0, vmax=1, interpolation="nearest", extent=extent
    )
    _frame(axes, content.corner, content.extent, _ORANGE)
    axes.set(xlim=extent[:2], ylim=extent[2:], ylabel="row")
    figure.colorbar(drawn, ax=axes, fraction=0.046, pad=0.02)


def _atoms(axes: Any, content: AtomGrid) -> None:
    columns = max(1, math.isqrt(max(1, len(content.pictures) - 1)) + 1)
    axes.imshow(colour(contact_sheet(content.pictures, columns)), interpolation="nearest")
    axes.set(xticks=[], yticks=[])


def _usage(axes: Any, content: Usage) -> None:
    places = range(1, len(content.use) + 1)
    axes.plot(places, 100 * content.frequency.cpu().numpy(), ".", markersize=3, color=_ORANGE, label="share of patches")
    axes.plot(places, 100 * content.use.cumsum(0).cpu().numpy(), color=_BLUE, linewidth=2, label="energy, summed up")
    axes.set(ylim=(-2, 102), ylabel="%")
    axes.legend(fontsize=9, loc="center right")
    axes.grid(visible=True, alpha=0.3)


def _bars(axes: Any, content: Coefficients) -> None:
    places, values = content.used.cpu().numpy(), content.values[content.used].cpu().numpy()
    tones = [_BLUE if value > 0 else _ORANGE for value in values.tolist()]
    axes.vlines(places + 1, 0, values, colors=tones, linewidth=2)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(xlim=(0, len(content.values) + 1), ylabel="coefficient")
    axes.grid(visible=True, alpha=0.3)


def _steps(axes: Any, content: Steps) -> None:
    """The first steps of the sum, and its end."""
    shown, reach = min(_TERMS, len(content.atoms)), content.reach
    above = torch.cat([content.measured[None], content.sums[: shown + 1], content.sums[-1:]])
    low, high = float(above.min()), float(above.max())
    side = content.measured.shape[-1] + 1.0
    labels = [*content.labels()[: shown + 2], f"all {len(content.atoms)}"]
    for k, (image, label) in enumerate(zip(above, labels, strict=True)):
        axes.imshow(stretch(image, low, high), extent=(k * side, (k + 1) * side - 1, side - 1, 0))
        axes.text(k * side + (side - 1) / 2, -0.6, label, ha="center", fontsize=10)
    for k, (image, value) in enumerate(zip(content.added[:shown], content.coefficients[:shown], strict=True), 2):
        axes.imshow(stretch(image, -reach, reach), extent=(k * side, (k + 1) * side - 1, 2 * side, side + 1))
        axes.text(k * side + (side - 1) / 2, 2 * side + 1.8, f"{value:+.3f}", ha="center", fontsize=9)
    axes.set(xlim=(-0.2, len(labels) * side), ylim=(2 * side + 2.2, -2), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def _support(axes: Any, content: Support) -> None:
    shares = content.shares() if content.values.numel() else content.values.new_zeros(1, 1)
    axes.imshow(signed_colours(shares, 0.35), interpolation="nearest", aspect="auto")
    names, step = [str(1 + atom) for atom in content.atoms], max(1, len(content.atoms) // 14)
    axes.set_yticks(range(0, len(names), step), names[::step], fontsize=9)
    axes.set(ylabel="atom", xticks=[])
    axes.axvline(0.5, color="black", linewidth=1)
