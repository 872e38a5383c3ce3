"""Scores as a table for a terminal, and as CSV."""

import csv
from pathlib import Path

from preimage.evaluate.evaluation import Evaluation
from preimage.files.atomic import replacing

__all__ = ["summary_table", "write_csv"]

_LONGEST = 48  # characters of a file's name in the table


def summary_table(evaluation: Evaluation, pictures: bool = True) -> list[str]:
    """The lines of a table: each picture, then the mean, the median and the worst value of each metric.

    Args:
        evaluation: the scores.
        pictures: whether each picture has a line.
    """
    lines = [["", *(row.title for row in evaluation.rows)]]
    if pictures:
        lines += [[_short(score.result.name), *shown_values(evaluation, score.values)] for score in evaluation.scores]
    lines += [[name, *shown_values(evaluation, values)] for name, values in evaluation.summary()]
    widths = [max(len(line[k]) for line in lines) for k in range(len(lines[0]))]
    return ["  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip() for line in lines]


def shown_values(evaluation: Evaluation, values: tuple[float, ...]) -> list[str]:
    """Numbers with the digits of their metrics.

    Args:
        evaluation: the scores, whose metrics tell the digits.
        values: one for each metric.
    """
    return [f"{value:.{row.digits}f}" for row, value in zip(evaluation.rows, values, strict=True)]


def write_csv(evaluation: Evaluation, path: Path, overwrite: bool = False) -> None:
    """Write a line for each picture: its file, its reference and every value with all digits.

    Args:
        evaluation: the scores.
        path: the file to write, whole or not at all.
        overwrite: whether to replace a file that exists.

    Raises:
        ImageFileError: the file exists, or cannot be written.
    """
    with replacing(path, overwrite) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["result", "reference", *(row.name for row in evaluation.rows)])
        for score in evaluation.scores:
            writer.writerow([score.result, score.reference or "", *score.values])


def _short(name: str) -> str:
    half = (_LONGEST - 3) // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}...{name[-half:]}"
