import csv
from pathlib import Path

import pytest

from preimage.errors import ImageFileError
from preimage.evaluate import Evaluation, Score, summary_table, write_csv
from preimage.evaluate.report import shown_values
from preimage.evaluate.table import find_metric

FOUND = Evaluation(
    (find_metric("psnr"), find_metric("mse")),
    (True, False),
    (Score(Path("out/a.png"), Path("clean/a.png"), (30.456, 0.001)), Score(Path("out/b.png"), None, (20.0, 0.01))),
)


def test_the_table() -> None:
    assert summary_table(FOUND) == [
        "        PSNR dB       MSE",
        "a.png     30.46  0.001000",
        "b.png     20.00  0.010000",
        "mean      25.23  0.005500",
        "median    25.23  0.005500",
        "worst     20.00  0.010000",
    ]
    assert len(summary_table(FOUND, pictures=False)) == 4
    assert shown_values(FOUND, (float("inf"), 0.0)) == ["inf", "0.000000"]
    long = Evaluation(FOUND.rows, FOUND.is_higher_better, (Score(Path("x" * 90 + ".png"), None, (1.0, 1.0)),))
    assert summary_table(long)[1].split()[0] == "x" * 22 + "..." + "x" * 18 + ".png"


def test_csv_holds_every_digit(tmp_path: Path) -> None:
    write_csv(FOUND, tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["result", "reference", "psnr", "mse"],
        ["out/a.png", "clean/a.png", "30.456", "0.001"],
        ["out/b.png", "", "20.0", "0.01"],
    ]
    with pytest.raises(ImageFileError, match="must be a new file"):
        write_csv(FOUND, tmp_path / "scores.csv")
