"""One HTML file with the scores and the worst pictures, which needs nothing from elsewhere."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from preimage.evaluate.evaluation import Evaluation, Score
from preimage.evaluate.report import shown_values
from preimage.evaluate.thumbnails import Thumbnails, draw_errors, image_address, make_thumbnails
from preimage.files.atomic import replacing

__all__ = ["write_page"]

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:1080px;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:1.6rem 0 .3rem;overflow-wrap:anywhere}
table{border-collapse:collapse;margin:.6rem 0}td,th{padding:.15rem .8rem .15rem 0;text-align:right}
td:first-child,th:first-child{text-align:left;overflow-wrap:anywhere}thead th{border-bottom:1px solid #999}
.row{display:flex;gap:.6rem;flex-wrap:wrap}figure{margin:0}figcaption{font-size:.8rem;color:#555}
img{display:block;max-width:100%}.warn{color:#a33}
"""


def write_page(evaluation: Evaluation, path: Path, worst: int = 24, overwrite: bool = False) -> None:
    """Write the page: a summary, the worst pictures by the first metric with their errors, and all scores.

    Args:
        evaluation: the scores.
        path: the file to write, whole or not at all.
        worst: how many pictures are shown; their files are read again.
        overwrite: whether to replace a file that exists.

    Raises:
        ImageFileError: the file exists or cannot be written, or a picture cannot be read any more.
    """
    shown = evaluation.worst_first()[:worst]
    small = [make_thumbnails(score.result, score.reference, evaluation.treatment) for score in shown]
    with replacing(path, overwrite) as temporary:
        temporary.write_text("\n".join(_page(evaluation, shown, small)), encoding="utf-8")


def _page(evaluation: Evaluation, shown: Sequence[Score], small: list[Thumbnails]) -> Iterator[str]:
    first = evaluation.rows[0]
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Scores of pictures</title>'
    yield f"<style>{_STYLE}</style></head>\n<body><h1>{_count(len(evaluation.scores), 'picture')}</h1>"
    for note in evaluation.treatment.notes():
        yield f"<p>Before: {escape(note)}.</p>"
    yield _table(evaluation, "", evaluation.summary())
    for failure in evaluation.failures:
        yield f'<p class="warn">Not scored: {escape(str(failure.result))}: {escape(failure.message)}</p>'
    for what, paths in (("reference", evaluation.lone_results), ("result", evaluation.lone_references)):
        if paths:
            yield f'<p class="warn">Without a {what}: {escape(", ".join(path.name for path in paths))}</p>'
    if shown:
        yield f"<h1>The worst by {escape(first.title)}</h1>"
        yield from _pictures(evaluation, shown, small)
    yield "<h1>All, the worst first</h1>"
    yield _table(evaluation, "picture", [(s.result.name, s.values) for s in evaluation.worst_first()])
    yield "</body></html>"


def _pictures(evaluation: Evaluation, shown: Sequence[Score], small: list[Thumbnails]) -> Iterator[str]:
    has_truth = all(each.error is not None for each in small)
    errors, white = draw_errors(small) if has_truth else ([], 0.0)
    if has_truth:
        yield f"<p>Errors are absolute, from black, 0, to white, {white:.3g} and more, for all pictures alike.</p>"
    for number, (score, each) in enumerate(zip(shown, small, strict=True)):
        values = zip(evaluation.rows, shown_values(evaluation, score.values), strict=True)
        told = ", ".join(f"{row.title} {value}" for row, value in values)
        yield f"<h2>{escape(score.result.name)}: {escape(told)}</h2>"
        figures = [_figure(f"result {score.result}", image_address(each.result))]
        if each.reference is not None and has_truth:
            figures.append(_figure(f"reference {score.reference}", image_address(each.reference)))
            figures.append(_figure("error", image_address(errors[number])))
        yield f'<div class="row">{"".join(figures)}</div>'


def _figure(caption: str, address: str) -> str:
    text = escape(caption)
    return f'<figure><img src="{address}" alt="{text}"><figcaption>{text}</figcaption></figure>'


def _table(evaluation: Evaluation, head: str, lines: Sequence[tuple[str, tuple[float, ...]]]) -> str:
    titles = "".join(f"<th>{escape(title)}</th>" for title in (head, *(row.title for row in evaluation.rows)))
    body = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{v}</td>' for v in shown_values(evaluation, values))}</tr>"
        for name, values in lines
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
