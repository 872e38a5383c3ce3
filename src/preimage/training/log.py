"""The table ``log.csv`` of a training: one row a checkpoint."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from preimage.training.checkpoint import write_whole

__all__ = ["append_row", "cut_rows", "read_rows"]


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a log, by the names of its columns; a last one that was cut short by a kill is left out."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header) and row[0].isdecimal()]


def cut_rows(path: Path, step: int) -> None:
    """Take out the rows of steps after ``step``, which are done again."""
    rows = read_rows(path)
    kept = [row for row in rows if int(row["step"]) <= step]
    if path.exists() and (len(kept) < len(rows) or not path.read_text(encoding="utf-8").endswith("\n")):
        _write(path, kept)


def append_row(path: Path, row: Mapping[str, float]) -> None:
    """Add a row, and the columns that are new."""
    before = read_rows(path)
    if before and list(before[0]) == list(row):
        with path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(row.values())
    else:
        _write(path, [*before, row])


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row)) or ["step"]

    def write(beside: Path) -> None:
        with beside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    write_whole(path, write)
