"""The page: everything in one HTML file."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import torch
from torch import Tensor

from preimage.explain.captions import Caption, captions
from preimage.explain.dictionary import Dictionary
from preimage.explain.images import (
    BLUE,
    ORANGE,
    atom_pictures,
    colour,
    data_uri,
    signed,
    stretched,
    warm,
)
from preimage.explain.neighbours import Neighbours
from preimage.explain.page_style import SCRIPT, STYLE
from preimage.explain.patch import PatchCode
from preimage.explain.view import View

__all__ = ["page"]


def page(view: View, dictionary: Dictionary, patch: PatchCode, neighbours: Neighbours, facts: Mapping[str, str]) -> str:
    """A page without anything from elsewhere; it can be read without its script, which shows what atoms are chosen."""
    told = captions(view, dictionary, patch, neighbours, "similarity" in facts)
    title = escape(f"{facts['file']}: how a sparse model sees it")
    corner = [place - first for place, first in zip(patch.corner, view.corner, strict=True)]
    chosen = (*corner, *patch.measured.shape[1:])
    panels = [
        _panel(told["picture"], _picture(view)),
        _panel(told["measured"], _framed(colour(view.measured), chosen)),
        _panel(told["restored"], _framed(colour(view.restored), chosen)),
        _panel(told["similarity"], _similarity(neighbours, chosen) + _SCALE),
        _panel(told["dictionary"], _atoms(dictionary, patch), "wide tall"),
        _panel(told["code"], _code(patch), "wide"),
        _panel(told["sum"], _sum(patch), "wide"),
        _panel(told["support"], _support(neighbours), "full"),
    ]
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n<style>{STYLE}</style>'
        f"</head>\n<body><h1>{title}</h1>\n<p>A sparse model restores a picture patch by patch: each patch is a mean "
        "plus a few <em>atoms</em> of a learned dictionary. Point at an atom to see its numbers.</p>\n"
        f'<main>{"".join(panels)}</main>\n<h2>How this was made</h2><table>{rows}</table>\n<p id="told"></p>'
        f"<script>{SCRIPT}</script></body></html>\n"
    )


_SCALE = '<div class="scale"><span>0</span><i></i><span>1</span></div>'


def _panel(caption: Caption, body: str, kind: str = "narrow") -> str:
    return f'<section class="{kind}"><h2>{escape(caption.title)}</h2>{body}<p>{escape(caption.text)}</p></section>\n'


def _image(pixels: np.ndarray, title: str = "", extra: str = "") -> str:
    text = escape(title)
    return f'<img src="{data_uri(pixels)}" alt="{text}" title="{text}"{extra}>'


def _picture(view: View) -> str:
    height, width = view.size
    line = max(height, width) / 120
    frame = _frame((*view.corner, *view.measured.shape[1:]), line, "white")
    dot = (
        f'<circle cx="{view.at[1] + 0.5}" cy="{view.at[0] + 0.5}" r="{1.6 * line:.2f}" fill="{_tone(ORANGE)}" '
        f'stroke="black" stroke-width="{line / 2:.2f}"/>'
    )
    return _drawn(colour(view.overview), view.size, frame + dot, "auto")


def _framed(pixels: np.ndarray, box: tuple[int, ...]) -> str:
    """A picture with the rectangle ``box`` (row, column, height, width) marked."""
    size = pixels.shape[:2]
    return _drawn(pixels, size, _frame(box, max(size) / 160, _tone(ORANGE)), "pixelated")


def _similarity(neighbours: Neighbours, box: tuple[int, ...]) -> str:
    seen = neighbours.window()
    moved = (box[0] - seen[0].start, box[1] - seen[1].start, *box[2:])
    return _framed(warm(neighbours.map[seen]), moved)


def _frame(box: tuple[int, ...], line: float, tone: str) -> str:
    row, column, height, width = box
    return "".join(
        f'<rect x="{column}" y="{row}" width="{width}" height="{height}" fill="none" stroke="{stroke}" '
        f'stroke-width="{factor * line:.2f}"/>'
        for factor, stroke in ((2, "black"), (1, tone))
    )


def _drawn(pixels: np.ndarray, size: Sequence[int], marks: str, rendering: str) -> str:
    """A picture stretched to ``size`` (rows, columns), with marks in units of these."""
    return (
        f'<svg viewBox="0 0 {size[1]} {size[0]}" role="img"><image href="{data_uri(pixels)}" width="{size[1]}" '
        f'height="{size[0]}" preserveAspectRatio="none" style="image-rendering:{rendering}"/>{marks}</svg>'
    )


def _tone(rgb: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _atoms(dictionary: Dictionary, patch: PatchCode) -> str:
    """Every atom as an image with its numbers as a title; those of the patch are framed."""
    used = set(patch.used.tolist())
    cells = []
    for k, picture in enumerate(atom_pictures(dictionary.atoms)):
        title = (
            f"atom {k + 1} (column {int(dictionary.numbers[k])} of W): {100 * float(dictionary.use[k]):.2f} % of the "
            f"energy, in {100 * float(dictionary.frequency[k]):.1f} % of the patches; in this patch "
            f"{float(patch.code[k]):+.4f}"
        )
        kind = ' class="on"' if k in used else ""
        cells.append(_image(colour(picture), title, f'{kind} data-atom="{k}"'))
    return f'<div class="atoms">{"".join(cells)}</div><p>Framed: the atoms of the chosen patch.</p>'


def _code(patch: PatchCode) -> str:
    count, top = len(patch.code), max(float(patch.code.abs().max()), 1e-12)
    bars = []
    for k in sorted(patch.used.tolist()):
        value = float(patch.code[k])
        height = 90 * abs(value) / top
        bars.append(
            f'<rect data-atom="{k}" x="{4 * k}" y="{100 - max(0.0, height if value > 0 else 0):.2f}" width="3" '
            f'height="{height:.2f}" fill="{_tone(BLUE if value > 0 else ORANGE)}"><title>atom {k + 1}: {value:+.4f}'
            "</title></rect>"
        )
    return (
        f'<svg viewBox="-4 0 {4 * count + 8} 200" role="img" preserveAspectRatio="none" class="bars">{"".join(bars)}'
        f'<line x1="-4" x2="{4 * count + 4}" y1="100" y2="100" stroke="black" stroke-width="0.7"/></svg>'
        f"<p>Atoms 1 to {count} from left to right; the longest bar is {top:.4f}.</p>"
    )


def _sum(patch: PatchCode) -> str:
    """Every step of the sum, a table of images."""
    sums = patch.partial_sums()
    shown = torch.cat([patch.measured[None], sums])
    low, high = float(shown.min()), float(shown.max())
    reach = max(float(patch.added.abs().max()), 1e-12) if len(patch.used) else 1.0
    steps = [_step("measured", stretched(patch.measured, low, high)), _step("mean", stretched(sums[0], low, high))]
    for k, (atom, added, total) in enumerate(zip(patch.used.tolist(), patch.added, sums[1:], strict=True), 1):
        below = _image(stretched(added, -reach, reach), f"atom {atom + 1} times {float(patch.code[atom]):+.4f}")
        steps.append(_step(f"+ {atom + 1}", stretched(total, low, high), below, f"{k} atoms", atom))
    return f'<div class="sum">{"".join(steps)}</div>'


def _step(label: str, pixels: np.ndarray, below: str = "", title: str = "", atom: int | None = None) -> str:
    marked = "" if atom is None else f' data-atom="{atom}"'
    return f"<figure{marked}><figcaption>{label}</figcaption>{_image(pixels, title or label)}{below}</figure>"


def _support(neighbours: Neighbours) -> str:
    rows = neighbours.rows()
    values = neighbours.codes[:, rows].T
    if not values.numel():
        return "<p>No atom is used.</p>"
    heads = "".join(
        f'<th title="row {row}, column {column}: similarity {weight:.3f}">{k or "chosen"}</th>'
        for k, ((row, column), weight) in enumerate(
            zip(neighbours.places.tolist(), neighbours.weights.tolist(), strict=True)
        )
    )
    tones = signed(values / values.abs().max().clamp_min(1e-12), 0.35)
    body = "".join(_row(int(atom), line, tone) for atom, line, tone in zip(rows, values, tones, strict=True))
    return f'<div class="scroll"><table class="support"><tr><th>atom</th>{heads}</tr>{body}</table></div>'


def _row(atom: int, values: Tensor, tones: np.ndarray) -> str:
    cells = "".join(
        f'<td style="background:{_tone(tuple(tone.tolist()))}" title="{value:+.4f}"></td>' if value else "<td></td>"
        for value, tone in zip(values.tolist(), tones, strict=True)
    )
    return f'<tr data-atom="{atom}"><th>{atom + 1}</th>{cells}</tr>'
