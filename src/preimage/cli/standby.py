"""A process that has imported what work needs and waits for it: ``python -m preimage.cli.standby``.

Each line on standard input is a JSON object of :mod:`preimage.web.errand`; what is told of it goes to standard error, a
JSON object a line between lines for people. The process ends with its input, so that none outlives who started it.
"""

import importlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from queue import Queue
from typing import Any

from preimage.cli.app import BAD_INPUT, run
from preimage.cli.output import complain
from preimage.restore.table import TASKS

__all__ = ["main"]

_ENDED = 130


def main() -> None:
    """Do what the lines of standard input ask for, until it ends."""
    import torch

    from preimage.web.errand import Errand
    from preimage.web.look import look, look_for_blur, prepare
    from preimage.web.record import without_places

    for module in {row.module for row in TASKS}:
        importlib.import_module(module)
    usual = torch.get_num_threads()
    _tell({"ready": True})
    for line in _lines():
        errand = Errand.from_json(line)
        os.chdir(errand.folder)
        torch.set_num_threads(max(1, usual // errand.sharing))
        status = run(errand.arguments) if errand.arguments else 0
        seen: list[dict[str, Any]] = []
        if status == 0:
            try:
                seen = [look(name).to_values() for name in errand.look_at]
                seen += [look_for_blur(name, drawing).to_values() for name, drawing in errand.blurs]
                prepare(errand.views)
                for name in errand.records:
                    without_places(name)
            except Exception as error:  # whatever it is, the page gets a line
                complain(str(error) or type(error).__name__)
                status = BAD_INPUT
        _tell({"finished": status, "seen": seen})


def _lines() -> Iterator[str]:
    """The lines of standard input; the process ends with it, whatever is at work."""
    lines: Queue[str] = Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(_ENDED)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()


def _tell(values: dict[str, object]) -> None:
    print(json.dumps(values), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
