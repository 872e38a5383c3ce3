"""Who else is told of the rows of a log."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from preimage._optional import require
from preimage._worker import Worker
from preimage.training.callbacks import Callback

__all__ = ["Logger", "LoggerCallback", "TensorBoard"]


class Logger(Protocol):
    """Anything with ``log(row, step)``, such as a run of Weights & Biases."""

    def log(self, row: Mapping[str, float], step: int, /) -> object:
        """Take the numbers of a step, by name."""


class LoggerCallback(Callback):
    """Tells a logger of each row.

    Args:
        logger: anything with ``log(row, step)``.
    """

    def __init__(self, logger: Logger) -> None:
        self.logger = logger

    @override
    def on_row(self, step: int, row: Mapping[str, float]) -> None:
        self.logger.log({name: value for name, value in row.items() if name != "step"}, step)


class TensorBoard(Worker):
    """A logger whose rows TensorBoard shows: ``tensorboard --logdir FOLDER``.

    Args:
        folder: where the file of events is written.

    Raises:
        MissingDependency: the package ``tensorboard`` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.writer = require("torch.utils.tensorboard", "train", "TensorBoard").SummaryWriter(str(folder))

    def log(self, row: Mapping[str, float], step: int, /) -> None:
        """Write the numbers of a step."""
        for name, value in row.items():
            self.writer.add_scalar(name, value, step)
        self.writer.flush()
