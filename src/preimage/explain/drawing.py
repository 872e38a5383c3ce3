"""The sheet: everything on one figure."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from preimage._optional import require
from preimage.explain.captions import Caption, captions
from preimage.explain.dictionary import Dictionary
from preimage.explain.images import BLUE, ORANGE, atom_pictures, colour, mosaic, signed, stretched
from preimage.explain.neighbours import Neighbours
from preimage.explain.patch import PatchCode
from preimage.explain.view import View

__all__ = ["draw"]

_BLUE, _ORANGE, _GREY = ("#{:02x}{:02x}{:02x}".format(*rgb) for rgb in (BLUE, ORANGE, (110, 110, 110)))
_TERMS = 9


def draw(view: View, dictionary: Dictionary, patch: PatchCode, neighbours: Neighbours, facts: Mapping[str, str]) -> Any:
    """A matplotlib figure.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    require("matplotlib", "plot", "a drawing of an explanation")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    told = captions(view, dictionary, patch, neighbours, "similarity" in facts)
    figure = Figure(figsize=(17, 15.5), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(3, 12, height_ratios=(1, 1.15, 1.0))
    name = _plain(textwrap.shorten(facts["file"], 80, placeholder="..."))
    figure.suptitle(f"{name}: how a sparse model sees it", x=0.01, ha="left", fontsize=18)
    _picture(figure.add_subplot(grid[0, :3]), view, told["picture"])
    _part(figure.add_subplot(grid[0, 3:6]), view, patch, view.measured, told["measured"])
    _part(figure.add_subplot(grid[0, 6:9]), view, patch, view.restored, told["restored"])
    _similarity(figure, figure.add_subplot(grid[0, 9:]), view, patch, neighbours, told["similarity"])
    _dictionary(figure.add_subplot(grid[1, :4]), dictionary, told["dictionary"])
    _use(figure.add_subplot(grid[1, 4:7]), dictionary, told["use"])
    _code(figure.add_subplot(grid[1, 7:]), patch, told["code"])
    _sum(figure.add_subplot(grid[2, :7]), patch, told["sum"])
    _support(figure.add_subplot(grid[2, 7:]), neighbours, told["support"])
    line = "  |  ".join(f"{name}: {text}" for name, text in facts.items() if name != "file")
    figure.supxlabel(textwrap.fill(_plain(line), 210), x=0.01, ha="left", fontsize=9, color=_GREY)
    return figure


def _plain(text: str) -> str:
    """Text that matplotlib does not take for a formula."""
    return text.replace("$", r"\$")


def _caption(axes: Any, caption: Caption, width: int) -> None:
    axes.set_title(caption.title, loc="left", fontsize=12, fontweight="bold")
    axes.set_xlabel(textwrap.fill(caption.text, width), loc="left", fontsize=9, color=_GREY)


def _image(axes: Any, pixels: Any, extent: Sequence[float] | None = None) -> None:
    axes.imshow(pixels, interpolation="nearest", extent=extent)
    axes.set(xticks=[], yticks=[])


def _frame(axes: Any, corner: Sequence[float], size: Sequence[int], colour: str) -> None:
    """A rectangle of pixels that begins at ``corner`` (row, column)."""
    from matplotlib.patches import Rectangle

    for line, tone in ((3.5, "black"), (1.8, colour)):
        axes.add_patch(
            Rectangle((corner[1] - 0.5, corner[0] - 0.5), size[1], size[0], fill=False, linewidth=line, edgecolor=tone)
        )


def _picture(axes: Any, view: View, caption: Caption) -> None:
    height, width = view.size
    _image(axes, colour(view.overview), (-0.5, width - 0.5, height - 0.5, -0.5))
    _frame(axes, view.corner, view.measured.shape[1:], "white")
    axes.plot(view.at[1], view.at[0], "o", markersize=6, markerfacecolor=_ORANGE, markeredgecolor="black")
    _caption(axes, caption, 58)


def _part(axes: Any, view: View, patch: PatchCode, image: Tensor, caption: Caption) -> None:
    _image(axes, colour(image))
    corner = [place - first for place, first in zip(patch.corner, view.corner, strict=True)]
    _frame(axes, corner, patch.measured.shape[1:], _ORANGE)
    axes.set(xlim=(-0.5, image.shape[2] - 0.5), ylim=(image.shape[1] - 0.5, -0.5))
    _caption(axes, caption, 58)


def _similarity(figure: Any, axes: Any, view: View, patch: PatchCode, neighbours: Neighbours, caption: Caption) -> None:
    seen = neighbours.window()
    top, left = (first + part.start for first, part in zip(view.corner, seen, strict=True))
    height, width = neighbours.map[seen].shape
    extent = (left - 0.5, left + width - 0.5, top + height - 0.5, top - 0.5)
    drawn = axes.imshow(
        neighbours.map[seen].cpu().numpy(), cmap="viridis", vmin=0, vmax=1, interpolation="nearest", extent=extent
    )
    _frame(axes, patch.corner, patch.measured.shape[1:], _ORANGE)
    axes.set(xlim=extent[:2], ylim=extent[2:], ylabel="row")
    figure.colorbar(drawn, ax=axes, fraction=0.046, pad=0.02)
    _caption(axes, caption, 44)


def _dictionary(axes: Any, dictionary: Dictionary, caption: Caption) -> None:
    columns = max(1, math.isqrt(max(1, len(dictionary.atoms) - 1)) + 1)
    _image(axes, colour(mosaic(atom_pictures(dictionary.atoms), columns)))
    _caption(axes, caption, 70)


def _use(axes: Any, dictionary: Dictionary, caption: Caption) -> None:
    places = range(1, len(dictionary.use) + 1)
    axes.plot(
        places, 100 * dictionary.frequency.cpu().numpy(), ".", markersize=3, color=_ORANGE, label="share of patches"
    )
    axes.plot(places, 100 * dictionary.use.cumsum(0).cpu().numpy(), color=_BLUE, linewidth=2, label="energy, summed up")
    axes.set(ylim=(-2, 102), ylabel="%")
    axes.legend(fontsize=9, loc="center right")
    axes.grid(visible=True, alpha=0.3)
    _caption(axes, caption, 58)


def _code(axes: Any, patch: PatchCode, caption: Caption) -> None:
    places, values = patch.used.cpu().numpy(), patch.code[patch.used].cpu().numpy()
    tones = [_BLUE if value > 0 else _ORANGE for value in values.tolist()]
    axes.vlines(places + 1, 0, values, colors=tones, linewidth=2)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(xlim=(0, len(patch.code) + 1), ylabel="coefficient")
    axes.grid(visible=True, alpha=0.3)
    _caption(axes, caption, 105)


def _sum(axes: Any, patch: PatchCode, caption: Caption) -> None:
    shown = min(_TERMS, len(patch.used))
    sums = patch.partial_sums()
    above = torch.cat([patch.measured[None], sums[: shown + 1], sums[-1:]])
    low, high = float(above.min()), float(above.max())
    reach = max(float(patch.added.abs().max()), 1e-12) if len(patch.used) else 1.0
    side = patch.measured.shape[-1] + 1.0
    labels = ["measured", "mean", *(f"+ {1 + int(k)}" for k in patch.used[:shown]), f"all {len(patch.used)}"]
    for k, (image, label) in enumerate(zip(above, labels, strict=True)):
        axes.imshow(stretched(image, low, high), extent=(k * side, (k + 1) * side - 1, side - 1, 0))
        axes.text(k * side + (side - 1) / 2, -0.6, label, ha="center", fontsize=10)
    for k, image in enumerate(patch.added[:shown], 2):
        axes.imshow(stretched(image, -reach, reach), extent=(k * side, (k + 1) * side - 1, 2 * side, side + 1))
        value = float(patch.code[patch.used[k - 2]])
        axes.text(k * side + (side - 1) / 2, 2 * side + 1.8, f"{value:+.3f}", ha="center", fontsize=9)
    axes.set(xlim=(-0.2, len(labels) * side), ylim=(2 * side + 2.2, -2), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    _caption(axes, caption, 145)


def _support(axes: Any, neighbours: Neighbours, caption: Caption) -> None:
    rows = neighbours.rows()
    values = neighbours.codes[:, rows].T
    axes.imshow(
        signed(values / values.abs().max().clamp_min(1e-12) if values.numel() else values.new_zeros(1, 1), 0.35),
        interpolation="nearest", aspect="auto",
    )  # fmt: skip
    names, step = [str(1 + int(row)) for row in rows], max(1, len(rows) // 14)
    axes.set_yticks(range(0, len(rows), step), names[::step], fontsize=9)
    axes.set(ylabel="atom", xticks=[])
    axes.axvline(0.5, color="black", linewidth=1)
    _caption(axes, caption, 105)
