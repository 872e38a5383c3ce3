from pathlib import Path

from preimage.training.log import append_row, cut_rows, read_rows


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    assert read_rows(path) == []
    append_row(path, {"step": 1, "loss": 0.5})
    append_row(path, {"step": 2, "loss": 0.25})
    assert path.read_text() == "step,loss\n1,0.5\n2,0.25\n"
    assert read_rows(path) == [{"step": "1", "loss": "0.5"}, {"step": "2", "loss": "0.25"}]


def test_new_columns_are_empty_in_the_rows_before(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    append_row(path, {"step": 1, "loss": 0.5})
    append_row(path, {"step": 2, "psnr": 30.0})
    assert path.read_text() == "step,loss,psnr\n1,0.5,\n2,,30.0\n"


def test_rows_of_steps_that_are_done_again_go(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    for step in (1, 2, 3):
        append_row(path, {"step": step})
    cut_rows(path, 2)
    assert [row["step"] for row in read_rows(path)] == ["1", "2"]
    cut_rows(path, 0)
    append_row(path, {"step": 1, "loss": 2.0})
    assert path.read_text() == "step,loss\n1,2.0\n"
    cut_rows(tmp_path / "none.csv", 3)
    assert not (tmp_path / "none.csv").exists()


def test_a_row_that_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss,psnr\n1,0.5,20\n2,0.")
    assert [row["step"] for row in read_rows(path)] == ["1"]
    cut_rows(path, 5)
    append_row(path, {"step": 2, "loss": 0.25, "psnr": 21})
    assert path.read_text() == "step,loss,psnr\n1,0.5,20\n2,0.25,21\n"
