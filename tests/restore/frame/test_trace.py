from pathlib import Path

import torch

from preimage.restore.frame.trace import join_histories, trace_files, write_trace
from preimage.solve import History


def history(start: float) -> History:
    steps = torch.tensor([[start], [start / 2]])
    return History(steps, torch.tensor([1.0, 2.0]), {"psnr": 10 * steps})


def test_pictures_of_a_file_are_the_samples_of_one_history() -> None:
    both = join_histories([history(4.0), history(8.0)])
    assert both.residual.tolist() == [[4, 8], [2, 4]]
    assert both.seconds.tolist() == [2, 4]
    assert both.series["psnr"].tolist() == [[40, 80], [20, 40]]


def test_a_table_and_a_drawing_stand_beside_the_record(tmp_path: Path) -> None:
    table, drawing = trace_files(tmp_path / "a.json")
    assert (table.name, drawing.name) == ("a.trace.csv", "a.trace.png")
    write_trace([history(4.0)], tmp_path / "a.json")
    assert "psnr" in table.read_text().splitlines()[0]
    assert drawing.read_bytes().startswith(b"\x89PNG")
