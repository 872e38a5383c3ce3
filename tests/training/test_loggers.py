import sys

import pytest

from preimage.errors import MissingDependency
from preimage.training import TensorBoard
from preimage.training.loggers import LoggerCallback


class Remembers:
    def __init__(self):
        self.told = []

    def log(self, row, step):
        self.told.append((row, step))


def test_a_logger_is_told_of_rows():
    logger = Remembers()
    LoggerCallback(logger).on_row(4, {"step": 4, "loss": 0.5})
    assert logger.told == [({"loss": 0.5}, 4)]


def test_tensorboard_writes_scalars_or_says_what_is_missing(tmp_path, monkeypatch):
    class Module:
        class SummaryWriter:
            def __init__(self, folder):
                self.told = [folder]

            def add_scalar(self, name, value, step):
                self.told.append((name, value, step))

            def flush(self):
                self.told.append("flushed")

    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", Module)
    board = TensorBoard(tmp_path)
    board.log({"loss": 0.5}, 3)
    assert board.writer.told == [str(tmp_path), ("loss", 0.5, 3), "flushed"]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingDependency, match="TensorBoard needs"):
        TensorBoard(tmp_path)
