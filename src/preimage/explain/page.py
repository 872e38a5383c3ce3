"""The page: everything in one HTML file."""

from collections.abc import Mapping
from html import escape

import numpy as np
import torch
from torch import Tensor

from preimage.explain.images import BLUE, ORANGE, WHITE, colour, data_uri, hexadecimal, signed_colours, stretch, warm
from preimage.explain.page_style import SCRIPT, STYLE
from preimage.explain.panels import AtomGrid, Coefficients, Framed, Heat, Panel, Steps, Support, Usage

__all__ = ["make_page"]

_LAYOUT = {
    "picture": "narrow", "measured": "narrow", "restored": "narrow", "similarity": "narrow",
    "dictionary": "wide tall", "code": "wide", "sum": "wide", "support": "full",
}  # fmt: skip


def make_page(panels: Mapping[str, Panel], facts: Mapping[str, str]) -> str:
    """A page without anything from elsewhere; it can be read without its script, which shows what atoms are chosen."""
    title = escape(f"{facts['file']}: how a sparse model sees it")
    body = "".join(_section(panels[name], kind) for name, kind in _LAYOUT.items())
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n<style>{STYLE}</style>'
        f"</head>\n<body><h1>{title}</h1>\n<p>A sparse model restores a picture patch by patch: each patch is a mean "
        "plus a few <em>atoms</em> of a learned dictionary. Point at an atom to see its numbers.</p>\n"
        f'<main>{body}</main>\n<h2>How this was made</h2><table>{rows}</table>\n<p id="told"></p>'
        f"<script>{SCRIPT}</script></body></html>\n"
    )


_SCALE = '<div class="scale"><span>0</span><i></i><span>1</span></div>'


def _section(panel: Panel, kind: str) -> str:
    caption = panel.caption
    return (
        f'<section class="{kind}"><h2>{escape(caption.title)}</h2>{_content(panel)}<p>{escape(caption.text)}</p>'
        "</section>\n"
    )


def _content(panel: Panel) -> str:
    match panel.content:
        case Framed() as content:
            return _framed(content)
        case Heat() as content:
            return _heat(content)
        case AtomGrid() as content:
            return _atoms(content)
        case Coefficients() as content:
            return _bars(content)
        case Steps() as content:
            return _steps(content)
        case Support() as content:
            return _support(content)
        case Usage():
            return ""  # the numbers are told by the atoms


def _image(pixels: np.ndarray, title: str = "", extra: str = "") -> str:
    text = escape(title)
    return f'<img src="{data_uri(pixels)}" alt="{text}" title="{text}"{extra}>'


def _framed(content: Framed) -> str:
    size, dot = content.size, content.dot
    tone = "white" if content.tone == WHITE else hexadecimal(content.tone)
    line = max(size) / (160 if dot is None else 120)
    marks = _frame((*content.corner, *content.extent), line, tone)
    if dot is not None:
        marks += (
            f'<circle cx="{dot[1] + 0.5}" cy="{dot[0] + 0.5}" r="{1.6 * line:.2f}" fill="{hexadecimal(ORANGE)}" '
            f'stroke="black" stroke-width="{line / 2:.2f}"/>'
        )
    return _drawn(colour(content.image), size, marks, "pixelated" if dot is None else "auto")


def _heat(content: Heat) -> str:
    size = (content.values.shape[0], content.values.shape[1])
    corner = [place - first for place, first in zip(content.corner, content.origin, strict=True)]
    marks = _frame((*corner, *content.extent), max(size) / 160, hexadecimal(ORANGE))
    return _drawn(warm(content.values), size, marks, "pixelated") + _SCALE


def _frame(box: tuple[int, ...], line: float, tone: str) -> str:
    row, column, height, width = box
    return "".join(
        f'<rect x="{column}" y="{row}" width="{width}" height="{height}" fill="none" stroke="{stroke}" '
        f'stroke-width="{factor * line:.2f}"/>'
        for factor, stroke in ((2, "black"), (1, tone))
    )


def _drawn(pixels: np.ndarray, size: tuple[int, int], marks: str, rendering: str) -> str:
    """A picture stretched to ``size`` (rows, columns), with marks in units of these."""
    return (
        f'<svg viewBox="0 0 {size[1]} {size[0]}" role="img"><image href="{data_uri(pixels)}" width="{size[1]}" '
        f'height="{size[0]}" preserveAspectRatio="none" style="image-rendering:{rendering}"/>{marks}</svg>'
    )


def _atoms(content: AtomGrid) -> str:
    """Every atom as an image with its numbers as a title; those of the patch are framed."""
    cells = []
    for k, picture in enumerate(content.pictures):
        value = float(content.code[k])
        title = (
            f"atom {k + 1} (column {int(content.numbers[k])} of W): {100 * float(content.use[k]):.2f} % of the "
            f"energy, in {100 * float(content.frequency[k]):.1f} % of the patches; in this patch {value:+.4f}"
        )
        kind = ' class="on"' if value else ""
        cells.append(_image(colour(picture), title, f'{kind} data-atom="{k}"'))
    return f'<div class="atoms">{"".join(cells)}</div><p>Framed: the atoms of the chosen patch.</p>'


def _bars(content: Coefficients) -> str:
    count, top = len(content.values), max(float(content.values.abs().max()), 1e-12)
    bars = []
    for k in sorted(content.used.tolist()):
        value = float(content.values[k])
        height = 90 * abs(value) / top
        bars.append(
            f'<rect data-atom="{k}" x="{4 * k}" y="{100 - max(0.0, height if value > 0 else 0):.2f}" width="3" '
            f'height="{height:.2f}" fill="{hexadecimal(BLUE if value > 0 else ORANGE)}"><title>atom {k + 1}: '
            f"{value:+.4f}</title></rect>"
        )
    return (
        f'<svg viewBox="-4 0 {4 * count + 8} 200" role="img" preserveAspectRatio="none" class="bars">{"".join(bars)}'
        f'<line x1="-4" x2="{4 * count + 4}" y1="100" y2="100" stroke="black" stroke-width="0.7"/></svg>'
        f"<p>Atoms 1 to {count} from left to right; the longest bar is {top:.4f}.</p>"
    )


def _steps(content: Steps) -> str:
    """Every step of the sum, a table of images."""
    above = torch.cat([content.measured[None], content.sums])
    low, high, reach = float(above.min()), float(above.max()), content.reach
    figures = []
    for k, (image, label) in enumerate(zip(above, content.labels(), strict=True)):
        atom = content.atoms[k - 2] if k > 1 else None
        below = ""
        if atom is not None:
            title = f"atom {atom + 1} times {content.coefficients[k - 2]:+.4f}"
            below = _image(stretch(content.added[k - 2], -reach, reach), title)
        title = label if atom is None else f"{k - 1} atoms"
        figures.append(_figure(label, _image(stretch(image, low, high), title) + below, atom))
    return f'<div class="sum">{"".join(figures)}</div>'


def _figure(label: str, body: str, atom: int | None) -> str:
    marked = "" if atom is None else f' data-atom="{atom}"'
    return f"<figure{marked}><figcaption>{label}</figcaption>{body}</figure>"


def _support(content: Support) -> str:
    if not content.values.numel():
        return "<p>No atom is used.</p>"
    heads = "".join(
        f'<th title="row {row}, column {column}: similarity {weight:.3f}">{k or "chosen"}</th>'
        for k, ((row, column), weight) in enumerate(zip(content.places, content.weights, strict=True))
    )
    tones = signed_colours(content.shares(), 0.35)
    body = "".join(_row(*each) for each in zip(content.atoms, content.values, tones, strict=True))
    return f'<div class="scroll"><table class="support"><tr><th>atom</th>{heads}</tr>{body}</table></div>'


def _row(atom: int, values: Tensor, tones: np.ndarray) -> str:
    cells = "".join(
        f'<td style="background:{hexadecimal(tuple(tone.tolist()))}" title="{value:+.4f}"></td>'
        if value
        else "<td></td>"
        for value, tone in zip(values.tolist(), tones, strict=True)
    )
    return f'<tr data-atom="{atom}"><th>{atom + 1}</th>{cells}</tr>'
