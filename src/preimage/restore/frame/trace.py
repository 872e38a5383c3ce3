"""The history of a restoration, written beside it."""

from collections.abc import Sequence
from pathlib import Path

import torch

from preimage.files.atomic import replacing
from preimage.solve import History

__all__ = ["join_histories", "trace_files", "write_trace"]


def trace_files(record: Path) -> tuple[Path, Path]:
    """The table and the drawing that belong to the record of a restored picture."""
    return record.with_suffix(".trace.csv"), record.with_suffix(".trace.png")


def join_histories(histories: Sequence[History]) -> History:
    """One history for the pictures of a file, which took the same steps: the pictures are its samples."""
    series = {name: torch.cat([history.series[name] for history in histories], 1) for name in histories[0].series}
    seconds = torch.stack([history.seconds for history in histories]).sum(0)
    return History(torch.cat([history.residual for history in histories], 1), seconds, series)


def write_trace(histories: Sequence[History], record: Path, overwrite: bool = False) -> None:
    """Write the table and the drawing, each whole or not at all."""
    history = join_histories(histories)
    table, drawing = trace_files(record)
    with replacing(table, overwrite) as temporary:
        history.write_csv(temporary)
    with replacing(drawing, overwrite) as temporary:
        history.plot().savefig(temporary, format="png", dpi=100)
